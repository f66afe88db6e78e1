// What an event says of a person is taken out of it, where the law or the person asks for that; the event stays where
// it is, says that something has been erased, and everything that follows from its place still holds.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/event.h"

struct EraseEvent {
    std::int64_t reseller_id = 0;
    std::int64_t event_id = 0;
    std::vector<std::string> fields;  // whose values; empty: all that may be erased
    Why why = {};                     // instead of what the caller says already, member by member
};

// Statuses, holds, counts of members and ids of endpoints are nobody's, and the server reads them again: they stay.
bool may_be_erased(std::string_view field);

// Erases values, the comment and the remote address. That it was done is an event of its own; where nothing is left to
// be erased, nothing is done.
// Refuses, in this order: not_found (the reseller, the event); invalid fields (unknown: the event has no such change;
// unsupported: it may not be erased), reason, comment (as check_why).
Result<Event> erase_event(db::Tx&, World&, const Caller&, const EraseEvent&);
