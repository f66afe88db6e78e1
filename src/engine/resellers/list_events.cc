#include "engine/resellers/list_events.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "engine/access/reach.h"
#include "store/actor_names.h"
#include "store/events.h"

namespace {

constexpr std::int64_t end_of_events = std::numeric_limits<std::int64_t>::max();

// A feed remembers how far it has come, so it goes no further than where nothing can come in between any more.
store::EventRange range_of(const ListEvents& command, std::int64_t end = end_of_events) {
    store::EventRange range{.before_id = end, .descending = command.oldest_first == command.page.backwards};
    if (command.page.from) (range.descending ? range.before_id : range.after_id) = *command.page.from;
    return range;
}

// The first of all the resellers' events: each reseller's own first ones, merged.
std::vector<Event> merge(db::Tx& tx, const ResellerTree& resellers, const store::EventRange& range, int limit) {
    std::vector<Event> merged;
    for (const std::int64_t reseller_id : resellers) {
        auto events = store::list_reseller_events(tx, reseller_id, range, limit);
        std::move(events.begin(), events.end(), std::back_inserter(merged));
    }
    const auto comes_first = [&](const Event& a, const Event& b) {
        return range.descending ? a.id > b.id : a.id < b.id;
    };
    std::sort(merged.begin(), merged.end(), comes_first);
    if (merged.size() > static_cast<std::size_t>(limit)) merged.resize(static_cast<std::size_t>(limit));
    return merged;
}

Result<std::vector<Event>> read(db::Tx& tx, const Caller& caller, const ListEvents& command, std::int64_t end) {
    const store::EventRange range = range_of(command, end);
    const int limit = command.page.size + 1;
    if (command.account_id) {
        const Account account = TRY(get_account_by_id(tx, caller, *command.account_id));
        return store::list_account_events(tx, account.reseller_id, account.id, range, limit);
    }
    if (command.reseller_id) {
        if (!reaches(caller, *command.reseller_id)) return Error{Reason::not_found, "There is no such reseller."};
        return store::list_reseller_events(tx, *command.reseller_id, range, limit);
    }
    if (!caller.reseller.parent_id) return store::list_all_events(tx, range, limit);
    return merge(tx, caller.tree ? *caller.tree : ResellerTree{caller.reseller.id}, range, limit);
}

// As they were called then; those whom the caller does not reach keep their names to themselves.
void name_actors(db::Tx& tx, const Caller& caller, std::vector<Event>& events) {
    for (Event& event : events) {
        if (!event.actor.id) continue;
        const auto found = store::find_actor_name(tx, event.actor.kind, *event.actor.id, event.recorded_at);
        if (found && reaches(caller, found->reseller_id)) event.actor.name = found->name;
    }
}

}  // namespace

Result<EventPage> list_events(db::Tx& tx, World&, const Caller& caller, const ListEvents& asked) {
    ListEvents command = asked;
    const std::int64_t visible = store::visible_through(tx);
    if (command.starts_now && !command.page.from) command.page.from = visible;
    const bool is_feed = command.oldest_first && !command.page.backwards;
    std::vector<Event> events = TRY(read(tx, caller, command, is_feed ? visible + 1 : end_of_events));
    EventPage page = cut_page(std::move(events), command.page, [](const Event& event) { return event.id; });
    name_actors(tx, caller, page.items);
    if (is_feed && !page.next) page.next = page.items.empty() ? command.page.from.value_or(0) : page.items.back().id;
    if (page.items.empty() && command.page.from) {
        const bool descending = range_of(command).descending;
        auto& backwards = command.page.backwards ? page.next : page.previous;
        backwards = *command.page.from + (descending ? -1 : 1);
    }
    return page;
}

std::int64_t feed_through(db::Tx& tx) { return store::visible_through(tx); }

Happened list_happened(db::Tx& tx, std::int64_t after_id, int limit) {
    Happened happened{.through = store::visible_through(tx)};
    for (const store::EventKey& key : store::list_event_keys(tx, after_id, happened.through, limit))
        happened.events.push_back({key.id, key.reseller_id});
    happened.is_cut = happened.events.size() == static_cast<std::size_t>(limit);
    return happened;
}
