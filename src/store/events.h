// Rows <-> Event. Events are only ever added; what a value says may be erased, the event stays where it is.

#pragma once

#include <cstdint>
#include <optional>
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

// Whose events there are behind one: (id, reseller), by id, so many at most.
struct EventKey {
    std::int64_t id = 0;
    std::int64_t reseller_id = 0;
};
std::vector<EventKey> list_event_keys(db::Tx&, std::int64_t after_id, std::int64_t through_id, int limit);

// Every event up to this id is there to be read, and none will come at or below it any more. Whoever goes through the
// events by their ids and remembers how far (counts, feeds, webhooks) goes to here and not beyond: ids are given before
// the commit, and where several writers commit at once the lower one may come later. 0: none. With the one writer of
// the embedded database it is the greatest id.
std::int64_t visible_through(db::Tx&);

std::optional<Event> find_event(db::Tx&, std::int64_t reseller_id, std::int64_t event_id);

// Takes out what the event says of a person: the values of the named fields, the comment and the remote address. Place,
// kind, times, actor and the names of the fields stay.
void erase_event_values(db::Tx&, std::int64_t reseller_id, std::int64_t event_id,
                        const std::vector<std::string>& fields);

// How changes are written into their column: a line each, "field TAB before TAB after", with \t, \n and \\ for what
// would be mistaken for structure; of an erased change its field alone.
std::string encode_changes(const std::vector<Change>&);
std::vector<Change> decode_changes(std::string_view column);

}  // namespace store
