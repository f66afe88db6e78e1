// Rows <-> Event. Events are only ever added.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/event.h"

namespace store {

void append_event(db::Tx&, const Event&);

// Of one account, oldest first.
std::vector<Event> list_account_events(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

// Between two ids, without the events of these ids themselves.
struct EventRange {
    std::int64_t after_id = 0;
    std::int64_t before_id = 0;
    bool descending = false;
};
std::vector<Event> list_account_events(db::Tx&, std::int64_t reseller_id, std::int64_t account_id, const EventRange&,
                                       int limit);
std::vector<Event> list_reseller_events(db::Tx&, std::int64_t reseller_id, const EventRange&, int limit);
std::vector<Event> list_all_events(db::Tx&, const EventRange&, int limit);

std::int64_t greatest_event_id(db::Tx&);  // 0: none

// How changes are written into their column: a line each, "field TAB before TAB after", with \t, \n and \\ for what
// would be mistaken for structure.
std::string encode_changes(const std::vector<Change>&);
std::vector<Change> decode_changes(std::string_view column);

}  // namespace store
