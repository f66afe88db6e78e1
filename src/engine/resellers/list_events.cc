#include "engine/resellers/list_events.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "engine/access/reach.h"
#include "store/actor_names.h"
#include "store/events.h"

namespace {

constexpr std::size_t events_looked_at_max = 4'000;  // for one page
constexpr int events_read_at_once_min = 200;         // where not every one is meant

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

Result<std::vector<Event>> read(db::Tx& tx, const Caller& caller, const ListEvents& command, std::int64_t end,
                                int limit) {
    const store::EventRange range = range_of(command, end);
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

bool is_meant(const ListEvents& command, const Event& event) {
    return command.kinds.empty() ||
           std::find(command.kinds.begin(), command.kinds.end(), event.kind) != command.kinds.end();
}

struct Found {
    std::vector<Event> events;            // more than a page, if there are so many
    std::optional<std::int64_t> through;  // the last that was looked at
    bool has_given_up = false;            // there may be more behind it
};

Result<Found> find(db::Tx& tx, const Caller& caller, const ListEvents& command, std::int64_t end) {
    const auto size = static_cast<std::size_t>(command.page.size);
    const int limit = std::max(command.page.size + 1, command.kinds.empty() ? 0 : events_read_at_once_min);
    ListEvents rest = command;
    Found found;
    for (std::size_t looked_at = 0; !found.has_given_up; found.has_given_up = looked_at >= events_looked_at_max) {
        std::vector<Event> events = TRY(read(tx, caller, rest, end, limit));
        const bool is_at_end = events.size() < static_cast<std::size_t>(limit);
        looked_at += events.size();
        if (!events.empty()) rest.page.from = found.through = events.back().id;
        for (Event& event : events)
            if (is_meant(command, event)) found.events.push_back(std::move(event));
        if (is_at_end || found.events.size() > size) break;
    }
    return found;
}

// As they were called then; those whom the caller does not reach keep their names to themselves.
void name_actor(db::Tx& tx, const Caller& caller, Event& event) {
    if (!event.actor.id) return;
    const auto found = store::find_actor_name(tx, event.actor.kind, *event.actor.id, event.recorded_at);
    if (found && reaches(caller, found->reseller_id)) event.actor.name = found->name;
}

}  // namespace

Result<Event> show_event(db::Tx& tx, World&, const Caller& caller, const NameEvent& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    auto event = store::find_event(tx, acting.reseller.id, command.event_id);
    if (!event) return Error{Reason::not_found, "There is no such event."};
    name_actor(tx, caller, *event);
    return std::move(*event);
}

Result<EventPage> list_events(db::Tx& tx, World&, const Caller& caller, const ListEvents& asked) {
    ListEvents command = asked;
    const std::int64_t visible = store::visible_through(tx);
    if (command.starts_now && !command.page.from) command.page.from = visible;
    const bool is_feed = command.oldest_first && !command.page.backwards;
    Found found = TRY(find(tx, caller, command, is_feed ? visible + 1 : end_of_events));
    EventPage page = cut_page(std::move(found.events), command.page, [](const Event& event) { return event.id; });
    for (Event& event : page.items) name_actor(tx, caller, event);
    if (found.has_given_up) (command.page.backwards ? page.previous : page.next) = found.through;
    if (is_feed && !page.next) page.next = found.through.value_or(command.page.from.value_or(0));
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
