#include "engine/customers/open_customer.h"

#include "engine/accounts/open_account.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/field_formats.h"
#include "engine/email.h"
#include "store/users.h"

namespace {

// Who has the e-mail address already is taken for the same person if the names are the same, too.
void check_new_owner(db::Tx& tx, const Scope& scope, const OpenCustomer& command, User& owner, FieldErrors& errors) {
    for (std::size_t i = 0; i < new_owner_fields.size(); ++i) {
        const NewUserField& field = new_owner_fields[i];
        owner.*field.member = command.new_owner[i].value_or("");
        if (field.name == "new_owner_email")
            check_email(field.name, owner.email, true, errors);
        else
            check_text(field.name, owner.*field.member, field.is_required, errors);
    }
    const auto existing =
        errors.empty() ? store::find_user(tx, scope.caller.reseller.id, email_key(owner.email)) : std::nullopt;
    if (!existing) return;
    const bool is_same_person = existing->first_name == owner.first_name &&
                                existing->middle_name == owner.middle_name && existing->last_name == owner.last_name;
    if (!is_same_person) errors.add("new_owner_email", Rule::taken, "Another user has this e-mail address.");
    owner = *existing;
}

// The owner as it is, or, without an id, as it will be.
User choose_owner(db::Tx& tx, const Scope& scope, const OpenCustomer& command, FieldErrors& errors) {
    User owner{.reseller_id = scope.caller.reseller.id};
    if (!command.owner_id) {
        check_new_owner(tx, scope, command, owner, errors);
        return owner;
    }
    if (auto existing = store::find_user_by_id(tx, scope.caller.reseller.id, *command.owner_id)) return *existing;
    errors.add("owner_id", Rule::unknown, "There is no such user.");
    return owner;
}

void add_owner(db::Tx& tx, World& world, User& owner, Instant now) {
    owner.id = world.new_id();
    owner.privacy_policy_accepted_at = owner.created_at = owner.updated_at = now;
    store::insert_user(tx, owner, email_key(owner.email));
}

std::vector<Change> describe_opening(const Profile& profile, const User& owner) {
    std::vector<Change> changes = {
        {"account_type_id", "", std::to_string(profile.account_type_id)},
        {"account_class_id", "", std::to_string(profile.account_class_id)},
        {"owner_id", "", std::to_string(owner.id)},
    };
    if (profile.manager_id) changes.push_back({"manager_id", "", std::to_string(*profile.manager_id)});
    return changes;
}

}  // namespace

Result<Customer> open_customer(db::Tx& tx, World& world, const Caller& caller, const OpenCustomer& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::open_account));
    FieldErrors errors(command.fields.unreadable);
    Profile profile{.reseller_id = scope.caller.reseller.id};
    const Chosen chosen = apply_fields(tx, scope, command.fields, nullptr, profile, errors);
    User owner = choose_owner(tx, scope, command, errors);
    if (!errors.empty()) return std::move(errors).to_error("The account cannot be opened so.");
    if (caller.catalogues && !are_there(tx, scope, chosen, profile))
        return open_customer(tx, world, without_kept_catalogues(caller), command);

    if (owner.id == 0) add_owner(tx, world, owner, world.now(scope.caller.reseller));
    profile.tech_user_id = profile.bill_user_id = owner.id;
    Account account = TRY(begin_account(tx, world, scope.caller,
                                        {
                                            .uid = command.uid,
                                            .type = chosen.type->kind,
                                            .domain = scope.catalogue->settings().default_domain,
                                            .opened_under = Revision::activeplatform,
                                        },
                                        describe_opening(profile, owner)));
    profile.account_id = account.id;
    store::attach_user(tx, owner, account.id, UserLevel::owner, account.created_at);
    store::insert_profile(tx, profile);
    write_searched_values(tx, *scope.catalogue, profile);
    return make_customer(tx, world, scope, {std::move(account), std::move(profile), std::move(owner)});
}
