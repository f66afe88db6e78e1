// The audit trail, by pages and as a feed. Called by the operator API and the command line.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/world.h"
#include "model/event.h"

using EventPage = Page<Event, std::int64_t>;  // places are ids of events

struct ListEvents {
    std::optional<std::int64_t> account_id;  // of this account only
    std::optional<std::int64_t>
        reseller_id;  // of this reseller and its accounts only; absent: the caller's own and all below
    bool oldest_first = false;
    bool starts_now = false;  // behind what has happened so far: a feed of what will
    PageRequest<std::int64_t> page;
};

// Newest first, unless asked otherwise. Oldest first it is a feed: there is always a next place, and what has happened
// meanwhile is found there later.
// Refuses: not_found (the account, the reseller).
Result<EventPage> list_events(db::Tx&, World&, const Caller&, const ListEvents&);

// Up to where a feed can be read now.
std::int64_t feed_through(db::Tx&);

// Whose events have come behind that: for those who wait for the next one. At most so many; then `is_cut`, and there
// may be others' too.
struct Happened {
    struct Key {
        std::int64_t id = 0;
        std::int64_t reseller_id = 0;
    };
    std::vector<Key> events;
    std::int64_t through = 0;
    bool is_cut = false;
};
Happened list_happened(db::Tx&, std::int64_t after_id, int limit);
