#include "engine/customers/remove_entry.h"

#include <algorithm>

#include "engine/access/reach.h"
#include "engine/field_errors.h"
#include "engine/resellers/operator_event.h"
#include "store/catalogue.h"
#include "store/credentials.h"
#include "store/customers.h"
#include "store/entry_uses.h"
#include "store/managers.h"

namespace {

Error refuse(FieldErrors errors, std::string detail) {
    Error error = std::move(errors).to_error(std::move(detail));
    error.reason = Reason::conflict;
    return error;
}

template <class Entry>
Result<Entry> get_entry(std::vector<Entry> entries, std::int64_t id) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == id; });
    if (found == entries.end()) return Error{Reason::not_found, "There is no such entry."};
    return std::move(*found);
}

void append_removal(db::Tx& tx, World& world, const Caller& acting, EventKind kind, std::string_view noun,
                    std::int64_t id) {
    append_operator_event(tx, world, acting, kind, {{std::string(noun), std::to_string(id), ""}});
}

std::string joined(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
    return text;
}

}  // namespace

Result<Manager> remove_manager(db::Tx& tx, World& world, const Caller& caller, const RemoveEntry& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const auto manager = store::find_manager(tx, command.reseller_id, command.id);
    if (!manager) return Error{Reason::not_found, "There is no such manager."};
    FieldErrors errors;
    if (store::has_accounts_of_manager(tx, manager->reseller_id, manager->id))
        errors.add("accounts", Rule::in_use, "Accounts have this manager.");
    if (!errors.empty()) return refuse(std::move(errors), "The manager is in use.");
    store::revoke_manager_credentials(tx, manager->reseller_id, manager->id, world.now(acting.reseller));
    store::delete_manager(tx, *manager);
    append_removal(tx, world, acting, EventKind::manager_changed, "manager", manager->id);
    return *manager;
}

Result<CatalogueType> remove_account_type(db::Tx& tx, World& world, const Caller& caller, const RemoveEntry& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const CatalogueType type = TRY(get_entry(store::list_account_types(tx, command.reseller_id), command.id));
    FieldErrors errors;
    if (store::has_accounts_of_type(tx, type.reseller_id, type.id))
        errors.add("accounts", Rule::in_use, "Accounts are of this type.");
    if (const auto keys = store::list_attributes_of_type(tx, type.reseller_id, type.id); !keys.empty())
        errors.add("attributes", Rule::in_use, "Attributes are asked for this type: " + joined(keys) + '.');
    if (!errors.empty()) return refuse(std::move(errors), "The account type is in use.");
    store::delete_account_type(tx, type);
    append_removal(tx, world, acting, EventKind::catalogue_changed, "account_type", type.id);
    return type;
}

Result<AccountClass> remove_account_class(db::Tx& tx, World& world, const Caller& caller, const RemoveEntry& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const AccountClass entry = TRY(get_entry(store::list_account_classes(tx, command.reseller_id), command.id));
    FieldErrors errors;
    if (store::has_accounts_of_class(tx, entry.reseller_id, entry.id))
        errors.add("accounts", Rule::in_use, "Accounts are of this class.");
    if (!errors.empty()) return refuse(std::move(errors), "The account class is in use.");
    store::delete_class_judgement(tx, entry.reseller_id, entry.id);
    store::delete_account_class(tx, entry);
    append_removal(tx, world, acting, EventKind::catalogue_changed, "account_class", entry.id);
    return entry;
}

Result<Attribute> remove_attribute(db::Tx& tx, World& world, const Caller& caller, const RemoveEntry& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const Attribute attribute = TRY(get_entry(store::list_attributes(tx, command.reseller_id), command.id));
    store::delete_attribute(tx, attribute);
    append_removal(tx, world, acting, EventKind::catalogue_changed, "attribute", attribute.id);
    return attribute;
}
