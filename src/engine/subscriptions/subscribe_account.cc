#include "engine/subscriptions/subscribe_account.h"

#include "engine/accounts/open_account.h"
#include "engine/subscriptions/account_guid.h"
#include "store/plans.h"

namespace {

bool is_premium(const SubscribeAccount& command) { return command.type == AccountType::family; }

void check_type(const SubscribeAccount& command, const Rights& rights, FieldErrors& errors) {
    if (!command.type)
        errors.add("type", Rule::required, "An account has a type.");
    else if (is_premium(command) && !rights.may_create_premium)
        errors.add("type", Rule::forbidden, "The reseller may not create Premium accounts.");
}

void check_plan_of(db::Tx& tx, const Caller& caller, const SubscribeAccount& command, FieldErrors& errors) {
    if (!command.plan_id)
        errors.add("plan_id", Rule::required, "An account has a plan.");
    else if (command.type)
        check_plan(tx, caller, *command.type, *command.plan_id, errors);
}

void check_company_of(const SubscribeAccount& command, FieldErrors& errors) {
    if (is_premium(command) && !command.details.company)
        errors.add("company", Rule::required, "A Premium account has a company.");
    if (command.type == AccountType::individual && command.details.company && !is_empty(*command.details.company))
        errors.add("company", Rule::not_allowed, "Only Premium accounts have a company.");
}

// Required if and only if the account is a Basic one of a reseller who may have Premium accounts.
std::optional<store::ParentAccount> choose_parent(db::Tx& tx, World& world, const Caller& caller,
                                                  const SubscribeAccount& command, const Rights& rights,
                                                  FieldErrors& errors) {
    if (!command.type) return std::nullopt;
    const bool has_parent = !is_premium(command) && rights.may_create_premium;
    if (!has_parent && command.parent_guid)
        errors.add("parent", Rule::not_allowed, "This account belongs to no Premium account.");
    if (has_parent && !command.parent_guid)
        errors.add("parent", Rule::required, "A sub-account belongs to a Premium account.");
    if (!has_parent || !command.parent_guid) return std::nullopt;
    return find_parent(tx, world, caller, *command.parent_guid, SuspendedParent::refused, errors);
}

Subscription make_subscription(const SubscribeAccount& command, const Account& account,
                               const std::optional<store::ParentAccount>& parent) {
    const SubscriberDetails& details = command.details;
    return {
        .reseller_id = account.reseller_id,
        .account_id = account.id,
        .guid = command.guid,
        .plan_id = command.plan_id,
        .parent_id = parent ? std::optional(parent->account.id) : std::nullopt,
        .external_id = details.external_id,
        .first_name = details.first_name,
        .last_name = details.last_name,
        .email = details.email,
        .password_hash = details.password_hash,
        .company = is_premium(command) ? details.company : std::nullopt,
    };
}

std::vector<Change> describe(const SubscribeAccount& command, const std::optional<store::ParentAccount>& parent) {
    std::vector<Change> changes = {{"plan", "", std::to_string(*command.plan_id)}};
    if (parent) changes.push_back({"parent", "", std::to_string(parent->account.id)});
    if (!command.details.external_id.value_or("").empty())
        changes.push_back({"external_id", "", *command.details.external_id});
    return changes;
}

// All that is wrong; the parent below which the account is to be.
std::optional<store::ParentAccount> check_all(db::Tx& tx, World& world, const Caller& caller,
                                              const SubscribeAccount& command, FieldErrors& errors) {
    const Rights rights = store::find_rights(tx, caller.reseller.id);
    check_type(command, rights, errors);
    check_plan_of(tx, caller, command, errors);
    check_company_of(command, errors);
    auto parent = choose_parent(tx, world, caller, command, rights, errors);
    check_details(command.details, errors);
    return parent;
}

Error refuse(FieldErrors errors) { return std::move(errors).to_error("The account cannot be opened so."); }

}  // namespace

Result<void> look_at_subscribing(db::Tx& tx, World& world, const Caller& caller, const SubscribeAccount& command) {
    FieldErrors errors(command.unreadable);
    check_all(tx, world, caller, command, errors);
    const bool would_matter = errors.contains_other_than("parent", {Rule::closed, Rule::suspended, Rule::limit});
    if (would_matter) return refuse(std::move(errors));
    return {};
}

Result<SubscribedAccount> subscribe_account(db::Tx& tx, World& world, const Caller& caller,
                                            const SubscribeAccount& command) {
    const auto request = identify_request(world, caller, command.request);
    auto first = request ? find_repeated(tx, world, caller, *request, command.details.external_id) : std::nullopt;
    if (first) {
        SubscribedAccount repeated = present(tx, world, caller.reseller, std::move(*first));
        repeated.is_repeated = true;
        return repeated;
    }

    FieldErrors errors(command.unreadable);
    const auto parent = check_all(tx, world, caller, command, errors);
    if (!errors.empty()) return refuse(std::move(errors));

    Account draft{.id = world.new_id(), .type = *command.type, .opened_under = Revision::signalmind};
    draft.uid = command.guid ? *command.guid : account_guid(world, caller.reseller.id, draft.id);
    store::AccountWithSubscription opened{
        .account = TRY(begin_account(tx, world, caller, std::move(draft), describe(command, parent)))};
    opened.subscription = make_subscription(command, opened.account, parent);
    if (parent) opened.parent_guid = parent->guid;
    store::insert_subscription(tx, opened.subscription, request ? std::optional(to_opening(*request)) : std::nullopt);
    return present(tx, world, caller.reseller, std::move(opened));
}
