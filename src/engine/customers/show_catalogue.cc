#include "engine/customers/show_catalogue.h"

namespace {

template <class Entry>
Result<FoundEntry<Entry>> show(Scope scope, const Entry* entry, std::string_view what) {
    if (!entry) return Error{Reason::not_found, "There is no such " + std::string(what) + "."};
    return FoundEntry<Entry>{std::move(scope), entry};
}

}  // namespace

Result<Scope> show_catalogue(db::Tx& tx, World&, const Caller& caller, const ShowCatalogue& command) {
    return enter_reseller(tx, caller, command.reseller_id, Action::look);
}

Result<FoundEntry<Manager>> show_manager(db::Tx& tx, World&, const Caller& caller, const ShowEntry& command) {
    Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    const Manager* manager = scope.catalogue->find_manager(command.id);
    if (manager && manager->reseller_id != command.reseller_id) manager = nullptr;
    return show(std::move(scope), manager, "manager");
}

Result<FoundEntry<CatalogueType>> show_account_type(db::Tx& tx, World&, const Caller& caller,
                                                    const ShowEntry& command) {
    Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    const CatalogueType* type = scope.catalogue->find_type(command.id);
    return show(std::move(scope), type, "account type");
}

Result<FoundEntry<AccountClass>> show_account_class(db::Tx& tx, World&, const Caller& caller,
                                                    const ShowEntry& command) {
    Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    const AccountClass* account_class = scope.catalogue->find_class(command.id);
    return show(std::move(scope), account_class, "account class");
}

Result<CatalogueType> show_own_account_type(db::Tx& tx, World&, const Caller& caller, const ShowEntry& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    for (const CatalogueType& type : scope.catalogue->levels().front()->types)
        if (type.id == command.id) return type;
    return Error{Reason::not_found, "There is no such account type."};
}

Result<AccountClass> show_own_account_class(db::Tx& tx, World&, const Caller& caller, const ShowEntry& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    for (const AccountClass& account_class : scope.catalogue->levels().front()->classes)
        if (account_class.id == command.id) return account_class;
    return Error{Reason::not_found, "There is no such account class."};
}

Result<Attribute> show_own_attribute(db::Tx& tx, World&, const Caller& caller, const ShowEntry& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    for (const CompiledAttribute& compiled : scope.catalogue->levels().front()->attributes)
        if (compiled.attribute.id == command.id) return compiled.attribute;
    return Error{Reason::not_found, "There is no such attribute."};
}
