#include "engine/accounts/count_accounts.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "engine/access/reach.h"
#include "store/account_lists.h"
#include "store/accounts.h"
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
    explicit Counter(db::Tx& tx) : tx_(tx) {}

    void count(const Event& event) {
        if (event.kind == EventKind::account_redeemed) count_redemption(event);
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

    void store() const {
        for (const auto& [key, count] : counts_) store::add_to_status_count(tx_, std::get<0>(key), count);
        for (const auto& [key, count] : redemptions_) store::add_to_redemption_count(tx_, std::get<0>(key), count);
    }

private:
    store::StatusCount& at(const Event& event, AccountStatus status) { return at(event.reseller_id, event.at, status); }
    store::StatusCount& at(std::int64_t reseller_id, Instant instant, AccountStatus status) {
        const std::int64_t day = day_of(instant);
        return counts_.try_emplace({reseller_id, day, int(status)}, store::StatusCount{.day = day, .status = status})
            .first->second;
    }

    // When it was opened stands in its row alone.
    void count_redemption(const Event& event) {
        const auto account = store::find_account_by_id(tx_, event.reseller_id, event.account_id);
        if (!account) return;
        const std::int64_t day = day_of(event.at);
        const std::int64_t delay = std::clamp<std::int64_t>(
            std::chrono::floor<days>(event.at - account->created_at).count(), 0, delay_days_max);
        ++redemptions_
              .try_emplace({event.reseller_id, day, delay}, store::RedemptionCount{.day = day, .delay_days = delay})
              .first->second.redeemed;
        ++at(event.reseller_id, account->created_at, AccountStatus::entitled).converted;
    }

    db::Tx& tx_;
    std::map<std::tuple<std::int64_t, std::int64_t, int>, store::StatusCount> counts_;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, store::RedemptionCount> redemptions_;
};

// The first day of the week or month that a day belongs to.
std::int64_t beginning_of(std::int64_t day, CountStep step) {
    const std::chrono::sys_days date{days(day)};
    switch (step) {
    case CountStep::day: break;
    case CountStep::week: return day - std::int64_t(std::chrono::weekday(date).iso_encoding()) + 1;
    case CountStep::month: {
        const std::chrono::year_month_day parts(date);
        return day - std::int64_t(unsigned(parts.day())) + 1;
    }
    }
    return day;
}

// Where nobody says where to begin: 30 days, 26 weeks or 12 months, of which the last one is under way.
std::int64_t default_first_day(std::int64_t last_day, CountStep step) {
    switch (step) {
    case CountStep::day: break;
    case CountStep::week: return beginning_of(last_day, step) - 25 * 7;
    case CountStep::month: {
        const std::chrono::year_month_day parts(std::chrono::sys_days{days(last_day)});
        const std::chrono::year_month first = parts.year() / parts.month() - std::chrono::months(11);
        return std::chrono::sys_days(first / 1).time_since_epoch().count();
    }
    }
    return last_day - 29;
}

// Days put together to periods, of one reseller after the other.
class Periods {
public:
    Periods(std::int64_t first_day, std::int64_t last_day, CountStep step)
        : first_day_(first_day), last_day_(last_day) {
        for (std::int64_t day = first_day; day <= last_day; ++day) {
            if (day == first_day || beginning_of(day, step) == day) periods_.push_back({.day = day});
            period_of_.push_back(periods_.size() - 1);
        }
        change_.resize(period_of_.size());
        delays_.resize(periods_.size());
    }

    void add(db::Tx& tx, std::int64_t reseller_id) {
        for (const auto& count : store::sum_status_counts_before(tx, reseller_id, first_day_))
            before_[std::size_t(count.status)] += count.entered - count.departed;
        for (const auto& count : store::list_status_counts(tx, reseller_id, first_day_, last_day_)) {
            const auto status = std::size_t(count.status);
            change_[place_of(count.day)][status] += count.entered - count.departed;
            CountedPeriod& period = periods_[period_of_[place_of(count.day)]];
            period.entered[status] += count.entered;
            period.opened += count.opened;
            period.removed += count.removed;
            period.converted += count.converted;
        }
        for (const auto& count : store::list_redemption_counts(tx, reseller_id, first_day_, last_day_)) {
            const std::size_t period = period_of_[place_of(count.day)];
            periods_[period].redeemed += count.redeemed;
            delays_[period][std::size_t(std::clamp<std::int64_t>(count.delay_days, 0, delay_days_max))] +=
                count.redeemed;
        }
    }

    // What came to pass adds up; of what there is, the last day of a period counts.
    CountedAccounts finish() && {
        std::array<std::int64_t, 5> there = before_;
        for (std::size_t place = 0; place < change_.size(); ++place) {
            for (std::size_t status = 0; status < there.size(); ++status) there[status] += change_[place][status];
            periods_[period_of_[place]].accounts = there;
        }
        CountedPeriod total{.day = first_day_, .accounts = there};
        Delays all{};
        for (std::size_t i = 0; i < periods_.size(); ++i) {
            CountedPeriod& period = periods_[i];
            period.median_days = median_of(delays_[i], period.redeemed);
            for (std::size_t status = 0; status < there.size(); ++status)
                total.entered[status] += period.entered[status];
            total.opened += period.opened;
            total.removed += period.removed;
            total.redeemed += period.redeemed;
            total.converted += period.converted;
            for (std::size_t delay = 0; delay < all.size(); ++delay) all[delay] += delays_[i][delay];
        }
        total.median_days = median_of(all, total.redeemed);
        return {.periods = std::move(periods_), .total = total};
    }

private:
    using Delays = std::array<std::int64_t, delay_days_max + 1>;  // how many took so many days

    std::size_t place_of(std::int64_t day) const { return static_cast<std::size_t>(day - first_day_); }

    static std::optional<std::int64_t> median_of(const Delays& delays, std::int64_t redeemed) {
        std::int64_t so_far = 0;
        for (std::size_t delay = 0; delay < delays.size(); ++delay) {
            so_far += delays[delay];
            if (so_far > 0 && 2 * so_far >= redeemed) return std::int64_t(delay);
        }
        return std::nullopt;
    }

    std::int64_t first_day_, last_day_;
    std::array<std::int64_t, 5> before_{};             // by status, when the first day begins
    std::vector<std::array<std::int64_t, 5>> change_;  // by day
    std::vector<std::size_t> period_of_;               // by day
    std::vector<CountedPeriod> periods_;
    std::vector<Delays> delays_;  // by period
};

// Whose accounts are meant.
ResellerTree resellers_of(db::Tx& tx, const Caller& caller, const CountAccounts& command) {
    if (!command.reseller_id) return caller.tree ? *caller.tree : ResellerTree{caller.reseller.id};
    if (!command.tree) return {*command.reseller_id};
    ResellerTree resellers = store::list_reseller_tree(tx, *command.reseller_id);
    std::erase_if(resellers, [&](std::int64_t id) { return !reaches(caller, id); });
    return resellers;
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
    Counter counter(tx);
    for (const Event& event : events) counter.count(event);
    counter.store();
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

Result<CountedAccounts> count_accounts(db::Tx& tx, World& world, const Caller& caller, const CountAccounts& command) {
    if (command.reseller_id && !reaches(caller, *command.reseller_id))
        return Error{Reason::not_found, "There is no such reseller."};
    const ResellerTree resellers = resellers_of(tx, caller, command);
    const std::int64_t last_day = command.last_day ? *command.last_day : find_today(tx, world, caller, resellers);
    const std::int64_t first_day = command.first_day.value_or(default_first_day(last_day, command.step));
    if (last_day < first_day)
        return Error{Reason::invalid, "The last day lies before the first.", {{"until", Rule::before_from, ""}}};
    if (last_day - first_day >= counted_days_max)
        return Error{Reason::invalid, "At most 400 days can be asked for at once.", {{"until", Rule::too_far, ""}}};
    Periods periods(first_day, last_day, command.step);
    for (const std::int64_t reseller_id : resellers) periods.add(tx, reseller_id);
    return std::move(periods).finish();
}
