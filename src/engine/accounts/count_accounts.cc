#include "engine/accounts/count_accounts.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "engine/access/reach.h"
#include "store/account_lists.h"
#include "store/events.h"
#include "store/resellers.h"
#include "store/status_counts.h"

namespace {

using std::chrono::days;
using store::AccountState;

std::int64_t day_of(Instant instant) { return std::chrono::floor<days>(instant).time_since_epoch().count(); }

constexpr int uncounted_events_max = 1'000;

std::optional<AccountStatus> parse_status(std::string_view text) {
    for (const AccountStatus status : all_account_statuses)
        if (to_string(status) == text) return status;
    return std::nullopt;
}

bool is_removal(const Event& event) {
    return std::any_of(event.changes.begin(), event.changes.end(), [](const Change& change) {
        return change.field == "removed_at" && change.before.empty() && !change.after.empty();
    });
}

class Counter {
public:
    void count(const Event& event) {
        const auto change = std::find_if(event.changes.begin(), event.changes.end(),
                                         [](const Change& it) { return it.field == "status"; });
        const bool has_status = change != event.changes.end();
        if (is_removal(event)) {
            // What was closed before it is removed has no other status then.
            const auto before = has_status ? parse_status(change->before) : AccountStatus::deprovisioned;
            if (!before) return;
            ++at(event, *before).departed;
            ++at(event, *before).removed;
            return;
        }
        if (!has_status) return;
        const auto before = parse_status(change->before), after = parse_status(change->after);
        if (before) ++at(event, *before).departed;
        if (!after) return;
        ++at(event, *after).entered;
        if (change->before.empty()) ++at(event, *after).opened;
    }

    void store(db::Tx& tx) const {
        for (const auto& [key, count] : counts_) store::add_to_status_count(tx, std::get<0>(key), count);
    }

private:
    store::StatusCount& at(const Event& event, AccountStatus status) {
        const std::int64_t day = day_of(event.at);
        return counts_
            .try_emplace({event.reseller_id, day, int(status)}, store::StatusCount{.day = day, .status = status})
            .first->second;
    }

    std::map<std::tuple<std::int64_t, std::int64_t, int>, store::StatusCount> counts_;
};

void add(std::vector<DayOfCounts>& days_of_counts, db::Tx& tx, std::int64_t reseller_id) {
    const std::int64_t first_day = days_of_counts.front().day, last_day = days_of_counts.back().day;
    const auto add_from = [&](std::int64_t day, const store::StatusCount& count) {
        const auto first = static_cast<std::size_t>(day - first_day);
        for (std::size_t i = first; i < days_of_counts.size(); ++i)
            days_of_counts[i].accounts[std::size_t(count.status)] += count.entered - count.departed;
    };
    for (const auto& count : store::sum_status_counts_before(tx, reseller_id, first_day)) add_from(first_day, count);
    for (const auto& count : store::list_status_counts(tx, reseller_id, first_day, last_day)) {
        add_from(count.day, count);
        DayOfCounts& day = days_of_counts[static_cast<std::size_t>(count.day - first_day)];
        day.entered[std::size_t(count.status)] += count.entered;
        day.opened += count.opened;
        day.removed += count.removed;
    }
}

// The latest of the days that the clocks of these resellers show.
std::int64_t find_today(db::Tx& tx, World& world, const Caller& caller, const ResellerTree& resellers) {
    std::optional<Instant> latest;
    for (const std::int64_t id : resellers)
        if (const auto reseller = store::find_reseller(tx, id)) {
            const Instant now = world.now(*reseller);
            latest = latest ? std::max(*latest, now) : now;
        }
    return day_of(latest.value_or(world.now(caller.reseller)));
}

}  // namespace

int count_events(db::Tx& tx, int limit) {
    const auto events = store::list_all_events(
        tx, {.after_id = store::counted_through(tx), .before_id = store::visible_through(tx) + 1}, limit);
    if (events.empty()) return 0;
    Counter counter;
    for (const Event& event : events) counter.count(event);
    counter.store(tx);
    store::set_counted_through(tx, events.back().id);
    return static_cast<int>(events.size());
}

std::int64_t count_open_accounts(db::Tx& tx, std::int64_t reseller_id) {
    constexpr std::int64_t end_of_days = std::numeric_limits<std::int64_t>::max();
    const auto uncounted = store::list_reseller_events(
        tx, reseller_id,
        {.after_id = store::counted_through(tx), .before_id = std::numeric_limits<std::int64_t>::max()},
        uncounted_events_max + 1);
    if (uncounted.size() > uncounted_events_max)
        return store::count_accounts_in_states(tx, reseller_id, AccountState::entitled, AccountState::suspended);
    const auto is_open = [](std::optional<AccountStatus> status) {
        return status && *status != AccountStatus::deprovisioned;
    };
    std::int64_t open = 0;
    for (const auto& count : store::sum_status_counts_before(tx, reseller_id, end_of_days))
        if (is_open(count.status)) open += count.entered - count.departed;
    for (const Event& event : uncounted)
        for (const Change& change : event.changes)
            if (change.field == "status")
                open += is_open(parse_status(change.after)) - is_open(parse_status(change.before));
    return open;
}

std::int64_t count_living_accounts(db::Tx& tx, std::int64_t reseller_id) {
    return count_open_accounts(tx, reseller_id) +
           store::count_accounts_in_states(tx, reseller_id, AccountState::closed, AccountState::closed);
}

Result<std::vector<DayOfCounts>> count_accounts(db::Tx& tx, World& world, const Caller& caller,
                                                const CountAccounts& command) {
    constexpr std::int64_t days_default = 30;
    if (command.reseller_id && !reaches(caller, *command.reseller_id))
        return Error{Reason::not_found, "There is no such reseller."};
    ResellerTree resellers;
    if (command.reseller_id)
        resellers = {*command.reseller_id};
    else
        resellers = caller.tree ? *caller.tree : ResellerTree{caller.reseller.id};
    const std::int64_t last_day = command.last_day ? *command.last_day : find_today(tx, world, caller, resellers);
    const std::int64_t first_day = command.first_day.value_or(last_day - days_default + 1);
    if (last_day < first_day)
        return Error{Reason::invalid, "The last day lies before the first.", {{"until", "before_from", ""}}};
    if (last_day - first_day >= counted_days_max)
        return Error{Reason::invalid, "At most 400 days can be asked for at once.", {{"until", "too_far", ""}}};
    std::vector<DayOfCounts> counts;
    for (std::int64_t day = first_day; day <= last_day; ++day) counts.push_back({.day = day});
    for (const std::int64_t reseller_id : resellers) add(counts, tx, reseller_id);
    return counts;
}
