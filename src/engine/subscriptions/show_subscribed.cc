#include "engine/subscriptions/show_subscribed.h"

#include "engine/accounts/count_accounts.h"
#include "store/plans.h"

namespace {

std::vector<SubscribedAccount> present_all(db::Tx& tx, World& world, const Reseller& reseller,
                                           std::vector<store::AccountWithSubscription> found) {
    std::vector<SubscribedAccount> shown;
    shown.reserve(found.size());
    for (auto& one : found) shown.push_back(present(tx, world, reseller, std::move(one)));
    return shown;
}

}  // namespace

Result<ShownAccount> show_subscribed(db::Tx& tx, World& world, const Caller& caller, const NameSubscribed& command) {
    ShownAccount shown{present(tx, world, caller.reseller, TRY(get_subscribed(tx, world, caller, command.guid))), {}};
    const Account& account = shown.account.account;
    if (account.type == AccountType::family)
        shown.sub_accounts =
            present_all(tx, world, caller.reseller,
                        store::list_sub_accounts(tx, account.reseller_id, account.id, 0, page_of_accounts_max));
    return shown;
}

Result<ListedAccounts> list_subscribed(db::Tx& tx, World& world, const Caller& caller, const ListSubscribed& command) {
    FieldErrors errors(command.unreadable);
    check_details({.external_id = command.external_id}, errors);
    if (command.skip < 0) errors.add("skip", Rule::out_of_range, "It is not negative.");
    if (command.take < 1 || command.take > page_of_accounts_max)
        errors.add("take", Rule::out_of_range, "It lies between 1 and 500.");
    if (!errors.empty()) return std::move(errors).to_error("The list cannot be made so.");

    const std::int64_t reseller_id = caller.reseller.id;
    const store::Slice slice{.skip = command.skip, .take = command.take};
    if (command.external_id)
        return ListedAccounts{present_all(tx, world, caller.reseller,
                                          store::list_by_external_id(tx, reseller_id, *command.external_id, slice)),
                              store::count_by_external_id(tx, reseller_id, *command.external_id)};
    return ListedAccounts{
        present_all(tx, world, caller.reseller, store::list_with_subscriptions(tx, reseller_id, slice)),
        count_living_accounts(tx, reseller_id)};
}

Result<std::vector<Plan>> list_offered_plans(db::Tx& tx, World& world, const Caller& caller, const ListPlans& command) {
    FieldErrors errors(command.unreadable);
    if (!command.type) errors.add("account_type", Rule::required, "It must be a type of account.");
    if (command.parent_guid) {
        const auto parent = TRY(get_subscribed(tx, world, caller, *command.parent_guid));
        if (parent.account.type != AccountType::family)
            errors.add("parent", Rule::not_premium, "Sub-accounts belong to Premium accounts.");
    }
    if (!errors.empty()) return std::move(errors).to_error("The plans cannot be listed so.");
    return store::list_plans(tx, caller.reseller.id, *command.type);
}
