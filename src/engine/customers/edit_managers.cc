#include "engine/customers/edit_managers.h"

#include "engine/catalogue/catalogue.h"
#include "engine/customers/attribute_rules.h"
#include "engine/customers/entry_checks.h"
#include "engine/customers/field_formats.h"
#include "engine/email.h"
#include "store/actor_names.h"
#include "store/credentials.h"
#include "store/managers.h"
#include "store/resellers.h"

namespace {

// What he has had of an attribute that is no more may stay as it is: it is nobody's fault.
bool has_been_so(const Manager* before, const AttributeValue& value) {
    const std::string* old = before ? find_value(before->attributes, value.key) : nullptr;
    return old && *old == value.value;
}

void check_attributes(const Catalogue& catalogue, const Manager& manager, const Manager* before, FieldErrors& errors) {
    for (const AttributeValue& value : manager.attributes) {
        const std::string field = field_of_attribute(value.key);
        const CompiledAttribute* found = nullptr;
        for (const CompiledAttribute* compiled : catalogue.attributes_of_managers())
            if (compiled->attribute.key == value.key) found = compiled;
        if (!found && has_been_so(before, value)) continue;
        if (!found)
            errors.add(field, Rule::unknown, "Managers have no attribute of that key.");
        else
            check_attribute_value(*found, field, value.value, errors);
    }
}

// The e-mail address is what a manager logs in with. Two who have had one address stay as they are.
void check_login(db::Tx& tx, const Manager& manager, FieldErrors& errors) {
    const std::string key = email_key(manager.email);
    const auto managers = store::list_managers(tx, manager.reseller_id);
    for (const Manager& other : managers)
        if (other.id == manager.id && email_key(other.email) == key) return;
    for (const Manager& other : managers)
        if (email_key(other.email) == key)
            return errors.add("email", Rule::taken, "Another manager of the reseller has this e-mail address.");
}

Result<void> check(db::Tx& tx, const Manager& manager, const Manager* before) {
    FieldErrors errors;
    const auto catalogue = find_catalogue(tx, {}, manager.reseller_id);
    if (!catalogue) errors.add("reseller", Rule::unknown, "There is no such reseller.");
    check_id(manager.id, errors);
    check_text("name", manager.name, true, errors);
    check_email("email", manager.email, true, errors);
    if (!errors.has("email")) check_login(tx, manager, errors);
    if (manager.phone && !is_phone_number(*manager.phone))
        errors.add("phone", Rule::bad_format, "phone must be + or 00, the country code and the number.");
    if (manager.photo) check_text("photo", *manager.photo, false, errors);
    if (catalogue) check_attributes(*catalogue, manager, before, errors);
    if (!errors.empty()) return std::move(errors).to_error("The manager cannot be kept so.");
    return {};
}

// Of a password only that there is one is kept.
void drop_passwords(const Catalogue& catalogue, Manager& manager) {
    for (const CompiledAttribute* compiled : catalogue.attributes_of_managers())
        for (AttributeValue& value : manager.attributes)
            if (compiled->attribute.key == value.key && compiled->attribute.type == AttributeType::password)
                value.value = kept_password;
}

}  // namespace

Result<Manager> add_manager(db::Tx& tx, World& world, Manager manager) {
    if (manager.id == 0) manager.id = world.new_id();
    TRY(check(tx, manager, nullptr));
    drop_passwords(*find_catalogue(tx, {}, manager.reseller_id), manager);
    stamp_new(manager, world.now());
    try {
        store::insert_manager(tx, manager);
    } catch (const db::Duplicate&) {
        return Error{Reason::conflict, "The id is taken.", {{"id", Rule::taken, ""}}};
    }
    store::put_actor_name(tx, ActorKind::manager, manager.id, manager.reseller_id, world.now(), manager.name);
    return manager;
}

Result<Manager> change_manager(db::Tx& tx, World& world, Manager manager) {
    const auto before = store::find_manager(tx, manager.reseller_id, manager.id);
    if (!before) return Error{Reason::not_found, "There is no such manager."};
    TRY(check(tx, manager, &*before));
    drop_passwords(*find_catalogue(tx, {}, manager.reseller_id), manager);
    stamp_changed(manager, *before, world.now());
    store::update_manager(tx, manager);
    store::put_actor_name(tx, ActorKind::manager, manager.id, manager.reseller_id, world.now(), manager.name);
    return manager;
}

Result<NewCredential> issue_manager_token(db::Tx& tx, World& world, std::int64_t reseller_id, std::int64_t manager_id,
                                          std::optional<std::string> secret) {
    const auto reseller = store::find_reseller(tx, reseller_id);
    if (reseller) store::revoke_manager_credentials(tx, reseller_id, manager_id, world.now(*reseller));
    return add_credential(tx, world,
                          {.reseller_id = reseller_id,
                           .kind = CredentialKind::manager_token,
                           .manager_id = manager_id,
                           .secret = std::move(secret)});
}
