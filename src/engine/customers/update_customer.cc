#include "engine/customers/update_customer.h"

#include "engine/accounts/account_change.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/credit.h"
#include "engine/customers/field_formats.h"
#include "store/attribute_values.h"
#include "store/subscriptions.h"
#include "store/users.h"

namespace {

std::string describe(const std::optional<std::int64_t>& id) { return id ? std::to_string(*id) : ""; }

std::vector<Change> differences(const Profile& before, const Profile& after) {
    std::vector<Change> changes;
    const auto compare = [&](std::string field, std::string old_text, std::string new_text) {
        if (old_text != new_text) changes.push_back({std::move(field), std::move(old_text), std::move(new_text)});
    };
    compare("account_type_id", std::to_string(before.account_type_id), std::to_string(after.account_type_id));
    compare("account_class_id", std::to_string(before.account_class_id), std::to_string(after.account_class_id));
    compare("manager_id", describe(before.manager_id), describe(after.manager_id));
    compare("tech_user_id", std::to_string(before.tech_user_id), std::to_string(after.tech_user_id));
    compare("bill_user_id", std::to_string(before.bill_user_id), std::to_string(after.bill_user_id));
    compare("name", before.name, after.name);
    for (const TextField& field : text_fields)
        compare(std::string(field.name), before.*field.member, after.*field.member);
    const auto text_of = [](const AttributeValues& values, const std::string& key) {
        const std::string* value = find_value(values, key);
        return value ? *value : std::string();
    };
    for (const AttributeValue& value : before.attributes)
        compare(field_of_attribute(value.key), value.value, text_of(after.attributes, value.key));
    for (const AttributeValue& value : after.attributes)
        if (!find_value(before.attributes, value.key)) compare(field_of_attribute(value.key), "", value.value);
    return changes;
}

std::optional<User> choose_user(db::Tx& tx, const Scope& scope, std::string_view field, std::optional<std::int64_t> id,
                                std::int64_t Profile::*member, Profile& profile, FieldErrors& errors) {
    if (!id || *id == profile.*member) return std::nullopt;
    auto user = store::find_user_by_id(tx, scope.caller.reseller.id, *id);
    if (!user)
        errors.add(field, Rule::unknown, "There is no such user.");
    else
        profile.*member = *id;
    return user;
}

void attach(db::Tx& tx, const std::optional<User>& user, std::int64_t account_id, UserLevel level, Instant now) {
    if (user && !store::is_user_attached(tx, *user, account_id)) store::attach_user(tx, *user, account_id, level, now);
}

// As a Premium account and its sub-accounts, which another API makes of them.
bool is_of_several(db::Tx& tx, const Account& account) {
    if (store::count_sub_accounts(tx, account.reseller_id, account.id, 1) > 0) return true;
    const auto found = store::find_with_subscription(tx, account.reseller_id, account.id);
    return found && found->subscription.parent_id;
}

Error refuse(const Account& account, std::string field, Rule rule, std::string detail) {
    return {Reason::conflict, detail, {{std::move(field), rule, detail}}, account.opened_under};
}

}  // namespace

Result<Customer> update_customer(db::Tx& tx, World& world, const Caller& caller, const UpdateCustomer& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::change_account));
    store::CustomerRow row = TRY(get_customer(tx, scope, command.account_id));
    const Instant now = world.now(scope.caller.reseller);
    const Account before = settle_in(tx, world, scope.caller, row.account);
    if (status_of_customer(before) == CustomerStatus::deleted)
        return refuse(before, "account", Rule::closed, "The account is deleted.");
    if (!row.profile) return refuse(before, "account", Rule::foreign, "The account was opened through another API.");

    FieldErrors errors(command.fields.unreadable);
    Profile profile = *row.profile;
    const Chosen chosen = apply_fields(tx, scope, command.fields, &*row.profile, profile, errors);
    if (chosen.type && chosen.type->kind != before.type && is_of_several(tx, before))
        errors.add("account_type_id", Rule::not_allowed,
                   "An account that has sub-accounts, or is one, keeps its kind.");
    const auto tech_user =
        choose_user(tx, scope, "tech_user_id", command.tech_user_id, &Profile::tech_user_id, profile, errors);
    const auto bill_user =
        choose_user(tx, scope, "bill_user_id", command.bill_user_id, &Profile::bill_user_id, profile, errors);
    if (!errors.empty()) return std::move(errors).to_error("The account cannot be changed so.");
    if (caller.catalogues && !are_there(tx, scope, chosen, profile))
        return update_customer(tx, world, without_kept_catalogues(caller), command);

    Account after = before;
    after.type = chosen.type->kind;
    apply_credit(after, profile, *chosen.account_class, now);
    auto changes = differences(*row.profile, profile);
    const bool has_changed = !(profile == *row.profile);
    record_change(tx, world, scope.caller, EventKind::account_profile_changed, before, after, now, std::move(changes));
    if (has_changed) {
        store::update_profile(tx, profile);
        store::delete_attribute_values(tx, profile.reseller_id, profile.account_id);
        write_searched_values(tx, *scope.catalogue, profile);
    }
    attach(tx, tech_user, after.id, UserLevel::user, now);
    attach(tx, bill_user, after.id, UserLevel::finance, now);
    return make_customer(tx, world, scope, {std::move(after), std::move(profile), std::move(row.owner)});
}
