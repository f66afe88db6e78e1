#include "engine/accounts/check_accounts.h"

#include <unordered_map>

#include "engine/accounts/account_change.h"
#include "engine/accounts/activation_token.h"
#include "store/accounts.h"
#include "store/customers.h"
#include "store/events.h"
#include "store/parent_changes.h"
#include "store/resellers.h"
#include "store/subscriptions.h"

namespace {

constexpr int page = 1'000;

std::string status_by_events(const std::vector<Event>& events) {
    std::string status;
    for (const Event& event : events)
        for (const Change& change : event.changes)
            if (change.field == "status") status = change.after;
    return status;
}

// Each names the one before it, and the account the last.
bool is_chain(const std::vector<Event>& events, std::int64_t last_id) {
    std::optional<std::int64_t> previous;
    for (const Event& event : events) {
        if (event.previous_id != previous) return false;
        previous = event.id;
    }
    return previous.value_or(0) == last_id;
}

class Checker {
public:
    Checker(db::Tx& tx, const World& world, std::size_t problems_max)
        : tx_(tx), world_(world), problems_max_(problems_max) {
        for (Reseller& reseller : store::list_resellers(tx)) resellers_.emplace(reseller.id, std::move(reseller));
    }

    CheckedAccounts run() {
        std::int64_t last = 0;
        for (auto accounts = store::list_accounts_after(tx_, last, page); !accounts.empty();
             accounts = store::list_accounts_after(tx_, last, page)) {
            for (const Account& account : accounts) check(account);
            last = accounts.back().id;
        }
        return std::move(checked_);
    }

private:
    void check(const Account& account) {
        ++checked_.accounts;
        const auto reseller = resellers_.find(account.reseller_id);
        if (reseller == resellers_.end()) return report(account, "belongs to no reseller");
        const auto& redated_through = reseller->second.redated_through;
        const bool is_redated = !redated_through || account.id <= *redated_through;
        if (is_redated && account.due_at != next_due(account, reseller->second))
            report(account, "waits for the clock at a wrong time");
        if (account.removed_at && account.stage != Stage::deprovisioned) report(account, "is removed but not closed");
        const auto by_token = find_account_by_token(tx_, world_, account.activation_token);
        if (!by_token || by_token->id != account.id)
            report(account, "has an activation token that does not lead to it");
        check_events(account);
        if (account.type == AccountType::individual && account.stage != Stage::deprovisioned) check_parent(account);
        if (account.opened_under == Revision::activeplatform) check_profile(account);
    }

    void check_parent(const Account& account) {
        const auto found = store::find_with_subscription(tx_, account.reseller_id, account.id);
        if (!found || !found->subscription.parent_id) return;
        const auto parent = store::find_account_by_id(tx_, account.reseller_id, *found->subscription.parent_id);
        if (!parent) return report(account, "belongs to an account that is not there");
        if (!store::list_parent_changes_for(tx_, account.reseller_id, account.id).empty())
            return;  // it has still to follow
        if (parent->stage == Stage::deprovisioned || account.holds.parent != parent->holds.any())
            report(account, "has not followed the account that it belongs to");
    }

    void check_profile(const Account& account) {
        const auto customer = store::find_customer(tx_, account.reseller_id, account.id);
        if (!customer || !customer->profile) return report(account, "has no profile");
        if (!customer->owner) report(account, "has no owner");
        if (account.stage == Stage::deprovisioned) return;  // its balance does not move any more
        const bool is_below_zero = customer->profile->balance < Decimal();
        if (is_below_zero != customer->profile->below_zero_since.has_value())
            report(account, "does not know since when its balance is below zero");
        if (!is_below_zero && (account.holds.credit || account.credit_hold_at))
            report(account, "is held for credit though its balance is not below zero");
    }

    void check_events(const Account& account) {
        const auto events = store::list_account_events(tx_, account.reseller_id, account.id);
        checked_.events += static_cast<std::int64_t>(events.size());
        if (static_cast<std::int64_t>(events.size()) != account.version)
            report(account, "has version " + std::to_string(account.version) + " but " + std::to_string(events.size()) +
                                " events");
        if (events.empty() || events.front().kind != EventKind::account_opened)
            report(account, "has events that do not begin with its opening");
        if (!is_chain(events, account.last_event_id)) report(account, "has events that do not name each other in turn");
        if (status_by_events(events) != to_string(status_of(account)))
            report(account, "is " + std::string(to_string(status_of(account))) + " but its events say " +
                                status_by_events(events));
    }

    void report(const Account& account, const std::string& what) {
        if (checked_.problems.size() < problems_max_)
            checked_.problems.push_back("account " + std::to_string(account.id) + " (uid " + account.uid +
                                        " of reseller " + std::to_string(account.reseller_id) + ") " + what + ".");
    }

    db::Tx& tx_;
    const World& world_;
    const std::size_t problems_max_;
    std::unordered_map<std::int64_t, Reseller> resellers_;
    CheckedAccounts checked_;
};

}  // namespace

CheckedAccounts check_accounts(db::Tx& tx, const World& world, std::size_t problems_max) {
    return Checker(tx, world, problems_max).run();
}
