#include "engine/subscriptions/change_subscription.h"

#include "engine/accounts/account_change.h"
#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/subscriptions/account_guid.h"
#include "engine/subscriptions/repeated_request.h"
#include "store/accounts.h"
#include "store/plans.h"

namespace {

using store::AccountWithSubscription;

void check_fixed(db::Tx& tx, const World& world, const Caller& caller, const AccountWithSubscription& found,
                 const FixedParts& fixed, FieldErrors& errors) {
    if (fixed.type && *fixed.type != found.account.type) errors.add("type", Rule::fixed, "An account keeps its type.");
    if (fixed.plan_id && fixed.plan_id != found.subscription.plan_id)
        errors.add("plan_id", Rule::fixed, "The plan is changed by itself.");
    const auto parent_id =
        fixed.parent_guid ? find_account_id(tx, world, caller, *fixed.parent_guid) : found.subscription.parent_id;
    if (fixed.parent_guid && (!parent_id || parent_id != found.subscription.parent_id))
        errors.add("parent", Rule::fixed, "The parent is changed by itself.");
}

// Only Premium accounts have a company: another's is refused, or says nothing.
SubscriberDetails details_for(AccountType type, SubscriberDetails details) {
    if (type != AccountType::family) details.company.reset();
    return details;
}

Result<void> check_change(db::Tx& tx, const World& world, const Caller& caller, const AccountWithSubscription& found,
                          const ChangeDetails& command) {
    FieldErrors errors(command.unreadable);
    check_fixed(tx, world, caller, found, command.fixed, errors);
    const auto& company = command.details.company;
    if (found.account.type != AccountType::family && company && !is_empty(*company))
        errors.add("company", Rule::not_allowed, "Only Premium accounts have a company.");
    check_details(details_for(found.account.type, command.details), errors);
    if (!errors.empty()) return std::move(errors).to_error("The account cannot be changed so.");
    return {};
}

// Values of people stay out of events: that they have changed is enough.
void apply(const std::optional<std::string>& said, std::optional<std::string>& kept, std::string_view field,
           std::vector<Change>& changes) {
    if (!said || *said == kept.value_or("")) return;
    const bool is_shown = field == "external_id";
    changes.push_back({std::string(field), is_shown ? kept.value_or("") : "", is_shown ? *said : "changed"});
    kept = said;
}

void apply(const Company& said, std::optional<Company>& kept, std::vector<Change>& changes) {
    Company company = kept.value_or(Company{});
    if (said.short_name) company.short_name = said.short_name;
    if (said.full_name) company.full_name = said.full_name;
    if (said.mobile_domain) company.mobile_domain = said.mobile_domain;
    if (said.support_email) company.support_email = said.support_email;
    if (said.noreply_email) company.noreply_email = said.noreply_email;
    if (!said.control_panel_domains.empty() || said.has_list_of_domains) {
        company.control_panel_domains = said.control_panel_domains;
        company.has_list_of_domains = said.has_list_of_domains;
    }
    if (kept == company) return;
    changes.push_back({"company", "", "changed"});
    kept = std::move(company);
}

std::vector<Change> apply(const SubscriberDetails& details, Subscription& subscription) {
    std::vector<Change> changes;
    apply(details.external_id, subscription.external_id, "external_id", changes);
    apply(details.first_name, subscription.first_name, "first_name", changes);
    apply(details.last_name, subscription.last_name, "last_name", changes);
    apply(details.email, subscription.email, "email", changes);
    apply(details.password_hash, subscription.password_hash, "password", changes);
    if (details.company) apply(*details.company, subscription.company, changes);
    return changes;
}

SubscribedAccount write(db::Tx& tx, World& world, const Caller& caller, EventKind kind, AccountWithSubscription found,
                        const Account& after, std::vector<Change> changes) {
    store::put_subscription(tx, found.subscription);
    forget_old_request(tx, world, caller, found.account);
    Account written = after;
    record_change(tx, world, caller, kind, found.account, written, world.now(caller.reseller), std::move(changes));
    found.account = std::move(written);
    return present(tx, world, caller.reseller, std::move(found));
}

std::string describe(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

// A plan with fewer sub-accounts than there are is no plan for this account.
void check_sub_accounts(db::Tx& tx, const Caller& caller, const Account& account, std::int64_t plan_id,
                        FieldErrors& errors) {
    const auto plan = store::find_plan(tx, caller.reseller.id, account.type, plan_id);
    if (!plan || account.type != AccountType::family || plan->sub_accounts_limit == no_limit) return;
    const std::int64_t limit = plan->sub_accounts_limit;
    if (store::count_sub_accounts(tx, caller.reseller.id, account.id, limit + 1) > limit)
        errors.add("plan_id", Rule::limit, "The account has more sub-accounts than the plan allows.");
}

Error refuse_type() {
    return {Reason::invalid, "Only Basic accounts can be moved and deleted.", {{"account", Rule::not_basic, ""}}};
}

bool is_status_of(AccountType type, SubscriptionStatus status) {
    if (status == SubscriptionStatus::active) return true;
    return (status == SubscriptionStatus::disabled) == (type == AccountType::individual);
}

Result<Account> apply_status(db::Tx& tx, World& world, const Caller& caller, const std::string& uid,
                             SubscriptionStatus status) {
    switch (status) {
    case SubscriptionStatus::active: return lift_account(tx, world, caller, {uid});
    case SubscriptionStatus::disabled:
    case SubscriptionStatus::suspended: return hold_account(tx, world, caller, {uid});
    case SubscriptionStatus::canceled: break;
    }
    return close_account(tx, world, caller, {uid});
}

}  // namespace

Result<void> look_at_details(db::Tx& tx, World& world, const Caller& caller, const ChangeDetails& command) {
    const AccountWithSubscription found = TRY(get_subscribed(tx, world, caller, command.guid));
    if (settled(tx, found.account, caller.reseller, world.now(caller.reseller)).stage == Stage::deprovisioned)
        return refuse_closed();
    return check_change(tx, world, caller, found, command);
}

Result<SubscribedAccount> change_details(db::Tx& tx, World& world, const Caller& caller, const ChangeDetails& command) {
    AccountWithSubscription found = TRY(get_open_subscribed(tx, world, caller, command.guid));
    TRY(check_change(tx, world, caller, found, command));

    std::vector<Change> changes = apply(details_for(found.account.type, command.details), found.subscription);
    if (changes.empty()) return present(tx, world, caller.reseller, std::move(found));
    const Account same = found.account;
    return write(tx, world, caller, EventKind::account_profile_changed, std::move(found), same, std::move(changes));
}

Result<SubscribedAccount> change_plan(db::Tx& tx, World& world, const Caller& caller, const ChangePlan& command) {
    AccountWithSubscription found = TRY(get_open_subscribed(tx, world, caller, command.guid));
    FieldErrors errors;
    if (!command.plan_id) errors.add("plan_id", Rule::unknown, "There is no such plan.");
    if (command.plan_id) check_plan(tx, caller, found.account.type, *command.plan_id, errors);
    if (errors.empty()) check_sub_accounts(tx, caller, found.account, *command.plan_id, errors);
    if (!errors.empty()) return std::move(errors).to_error("The plan cannot be changed so.");

    const auto before = std::exchange(found.subscription.plan_id, command.plan_id);
    if (before == command.plan_id) return present(tx, world, caller.reseller, std::move(found));
    const Account same = found.account;
    return write(tx, world, caller, EventKind::account_plan_changed, std::move(found), same,
                 {{"plan", describe(before), describe(command.plan_id)}});
}

Result<SubscribedAccount> move_sub_account(db::Tx& tx, World& world, const Caller& caller,
                                           const MoveSubAccount& command) {
    AccountWithSubscription found = TRY(get_open_subscribed(tx, world, caller, command.guid));
    if (found.account.type != AccountType::individual) return refuse_type();
    const auto destination_id = find_account_id(tx, world, caller, command.destination_guid);
    if (destination_id && destination_id == found.subscription.parent_id)
        return present(tx, world, caller.reseller, std::move(found));
    FieldErrors errors;
    const auto parent = find_parent(tx, world, caller, command.destination_guid, SuspendedParent::accepted, errors);
    if (!errors.empty()) return std::move(errors).to_error("The account cannot be moved there.");

    // Written, not only looked at: else the account would be held by what has not happened to its parent yet.
    const auto stored = store::find_account_by_id(tx, caller.reseller.id, parent->account.id);
    const bool is_held = settle_in(tx, world, caller, *stored).holds.any();
    const auto before = std::exchange(found.subscription.parent_id, parent->account.id);
    Account after = found.account;
    after.holds.parent = is_held;
    found.parent_guid = parent->guid;
    return write(tx, world, caller, EventKind::account_moved, std::move(found), after,
                 {{"parent", describe(before), describe(parent->account.id)}});
}

Result<SubscribedAccount> change_status(db::Tx& tx, World& world, const Caller& caller, const ChangeStatus& command) {
    AccountWithSubscription found = TRY(get_subscribed(tx, world, caller, command.guid));
    if (!command.status) return Error{Reason::invalid, "There is no such status.", {{"status", Rule::unsupported, ""}}};
    if (!is_status_of(found.account.type, *command.status))
        return Error{
            Reason::invalid, "Accounts of this type have no such status.", {{"status", Rule::not_of_type, ""}}};
    found.account = TRY(apply_status(tx, world, caller, found.account.uid, *command.status));
    return present(tx, world, caller.reseller, std::move(found));
}

Result<SubscribedAccount> delete_sub_account(db::Tx& tx, World& world, const Caller& caller,
                                             const NameSubscribed& command) {
    AccountWithSubscription found = TRY(get_subscribed(tx, world, caller, command.guid));
    if (found.account.type != AccountType::individual) return refuse_type();
    found.account = TRY(remove_account(tx, world, caller, {found.account.uid}));
    return present(tx, world, caller.reseller, std::move(found));
}
