#include "engine/resellers/list_events.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "engine/access/reach.h"
#include "store/events.h"

namespace {

store::EventRange range_of(const ListEvents& command) {
    store::EventRange range{.before_id = std::numeric_limits<std::int64_t>::max(),
                            .descending = command.oldest_first == command.page.backwards};
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

Result<std::vector<Event>> read(db::Tx& tx, const Caller& caller, const ListEvents& command) {
    const store::EventRange range = range_of(command);
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

}  // namespace

Result<EventPage> list_events(db::Tx& tx, World&, const Caller& caller, const ListEvents& asked) {
    ListEvents command = asked;
    if (command.starts_now && !command.page.from) command.page.from = store::greatest_event_id(tx);
    const bool is_feed = command.oldest_first && !command.page.backwards;
    EventPage page =
        cut_page(TRY(read(tx, caller, command)), command.page, [](const Event& event) { return event.id; });
    if (is_feed && !page.next) page.next = page.items.empty() ? command.page.from.value_or(0) : page.items.back().id;
    if (page.items.empty() && command.page.from) {
        const bool descending = range_of(command).descending;
        auto& backwards = command.page.backwards ? page.next : page.previous;
        backwards = *command.page.from + (descending ? -1 : 1);
    }
    return page;
}
