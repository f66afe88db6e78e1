#include "engine/customers/edit_catalogue.h"

#include <algorithm>

#include "engine/access/reach.h"
#include "engine/resellers/operator_event.h"
#include "store/catalogue.h"
#include "store/managers.h"
#include "store/reseller_settings.h"

namespace {

template <class Entry>
using Keep = Result<Entry> (*)(db::Tx&, World&, Entry);

template <class Entry>
void set_key(Entry& entry, const std::string& key) {
    entry.key = key;
}
void set_key(Manager&, const std::string&) {}

template <class Entry>
Result<Entry> create(db::Tx& tx, World& world, const Caller& caller, const Edited<Entry>& command, Keep<Entry> add,
                     EventKind kind, std::string_view noun) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    Entry entry{.reseller_id = command.reseller_id, .id = command.id.value_or(0)};
    set_key(entry, command.key);
    for (const auto& edit : command.edits) edit(entry);
    Entry added = TRY(add(tx, world, std::move(entry)));
    append_operator_event(tx, world, acting, kind, {{std::string(noun), "", std::to_string(added.id)}});
    return added;
}

template <class Entry>
Result<Entry> edit(db::Tx& tx, World& world, const Caller& caller, const Edited<Entry>& command,
                   std::vector<Entry> (*list)(db::Tx&, std::int64_t), Keep<Entry> change, EventKind kind,
                   std::string_view noun) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const auto entries = list(tx, command.reseller_id);
    const auto before =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == command.id; });
    if (before == entries.end()) return Error{Reason::not_found, "There is no such entry."};
    Entry after = *before;
    for (const auto& edit : command.edits) edit(after);
    if (after == *before) return after;
    after = TRY(change(tx, world, std::move(after)));
    append_operator_event(tx, world, acting, kind,
                          {{std::string(noun), std::to_string(after.id), std::to_string(after.id)},
                           {"version", std::to_string(before->version), std::to_string(after.version)}});
    return after;
}

}  // namespace

Result<Manager> create_manager(db::Tx& tx, World& world, const Caller& caller, const Edited<Manager>& command) {
    return create<Manager>(tx, world, caller, command, add_manager, EventKind::manager_added, "manager");
}

Result<Manager> edit_manager(db::Tx& tx, World& world, const Caller& caller, const Edited<Manager>& command) {
    return edit<Manager>(tx, world, caller, command, store::list_managers, change_manager, EventKind::manager_changed,
                         "manager");
}

Result<CatalogueType> create_account_type(db::Tx& tx, World& world, const Caller& caller,
                                          const Edited<CatalogueType>& command) {
    return create<CatalogueType>(tx, world, caller, command, add_account_type, EventKind::catalogue_changed,
                                 "account_type");
}

Result<CatalogueType> edit_account_type(db::Tx& tx, World& world, const Caller& caller,
                                        const Edited<CatalogueType>& command) {
    return edit<CatalogueType>(tx, world, caller, command, store::list_account_types, change_account_type,
                               EventKind::catalogue_changed, "account_type");
}

Result<AccountClass> create_account_class(db::Tx& tx, World& world, const Caller& caller,
                                          const Edited<AccountClass>& command) {
    return create<AccountClass>(tx, world, caller, command, add_account_class, EventKind::catalogue_changed,
                                "account_class");
}

Result<AccountClass> edit_account_class(db::Tx& tx, World& world, const Caller& caller,
                                        const Edited<AccountClass>& command) {
    return edit<AccountClass>(tx, world, caller, command, store::list_account_classes, change_account_class,
                              EventKind::catalogue_changed, "account_class");
}

Result<Attribute> create_attribute(db::Tx& tx, World& world, const Caller& caller, const Edited<Attribute>& command) {
    return create<Attribute>(tx, world, caller, command, add_attribute, EventKind::catalogue_changed, "attribute");
}

Result<Attribute> edit_attribute(db::Tx& tx, World& world, const Caller& caller, const Edited<Attribute>& command) {
    return edit<Attribute>(tx, world, caller, command, store::list_attributes, change_attribute,
                           EventKind::catalogue_changed, "attribute");
}

Result<NewCredential> renew_manager_token(db::Tx& tx, World& world, const Caller& caller, const NameManager& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    if (!store::find_manager(tx, command.reseller_id, command.id))
        return Error{Reason::not_found, "There is no such manager."};
    NewCredential issued = TRY(issue_manager_token(tx, world, command.reseller_id, command.id));
    append_operator_event(
        tx, world, acting, EventKind::credential_added,
        {{"credential", "", std::to_string(issued.credential.id)}, {"manager", "", std::to_string(command.id)}});
    return issued;
}

Result<std::map<std::string, std::string>> show_settings(db::Tx& tx, World&, const Caller& caller,
                                                         const ShowSettings& command) {
    TRY(act_for(tx, caller, command.reseller_id));
    if (!command.with_inherited) return store::list_reseller_settings(tx, command.reseller_id);
    std::map<std::string, std::string> settings = store::list_reseller_settings(tx, command.reseller_id);
    for (const std::string& name : setting::all()) {
        if (setting::is_request_limit(name)) continue;
        if (auto value = store::find_inherited_setting(tx, command.reseller_id, name))
            settings.insert_or_assign(name, std::move(*value));
    }
    return settings;
}

Result<std::map<std::string, std::string>> edit_settings(db::Tx& tx, World& world, const Caller& caller,
                                                         const EditSettings& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    const auto before = store::list_reseller_settings(tx, command.reseller_id);
    TRY(change_reseller_settings(tx, world, command.reseller_id, command.settings));
    auto after = store::list_reseller_settings(tx, command.reseller_id);
    std::vector<Change> changes;
    const auto text_of = [](const std::map<std::string, std::string>& settings, const std::string& name) {
        const auto found = settings.find(name);
        return found == settings.end() ? std::string() : found->second;
    };
    for (const auto& [name, value] : command.settings)
        add_change(changes, name, text_of(before, name), text_of(after, name));
    if (!changes.empty()) append_operator_event(tx, world, acting, EventKind::reseller_changed, std::move(changes));
    return after;
}
