// The audit trail, by pages, as a feed, and event by event. Called by the operator API and the command line.

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
    std::vector<EventKind> kinds = {};  // of these only; empty: of any
    bool oldest_first = false;
    bool starts_now = false;  // behind what has happened so far: a feed of what will
    PageRequest<std::int64_t> page;
};

struct NameEvent {
    std::int64_t reseller_id = 0;
    std::int64_t event_id = 0;
};

// Refuses: not_found (the reseller, the event).
Result<Event> show_event(db::Tx&, World&, const Caller&, const NameEvent&);

// Newest first, unless asked otherwise. Oldest first it is a feed: there is always a next place, and what has happened
// meanwhile is found there later. Where only some kinds are asked for, a bounded number of events is looked at: a page
// may hold less than its size, even nothing, and still have a next one.
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
