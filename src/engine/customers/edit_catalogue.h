// Operators keep managers, account types, classes, attributes and settings of the resellers within their reach. Each
// change is an event of the reseller; the rules are those of edit_managers.h and keep_catalogue.h.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/catalogue/catalogue.h"
#include "engine/customers/edit_managers.h"
#include "engine/customers/keep_catalogue.h"
#include "engine/world.h"

// What a request wants to be different: each edit sets one member.
template <class Entry>
struct Edited {
    std::int64_t reseller_id = 0;
    std::optional<std::int64_t> id;  // of a new one: absent, or what its operator chose
    std::string key;                 // of a new one; not of managers
    std::vector<std::function<void(Entry&)>> edits;
};

// create_ refuses, in this order: not_found (the reseller); as add_. change_: not_found; as change_ of edit_managers.h
// and keep_catalogue.h.
Result<Manager> create_manager(db::Tx&, World&, const Caller&, const Edited<Manager>&);
Result<Manager> edit_manager(db::Tx&, World&, const Caller&, const Edited<Manager>&);
Result<CatalogueType> create_account_type(db::Tx&, World&, const Caller&, const Edited<CatalogueType>&);
Result<CatalogueType> edit_account_type(db::Tx&, World&, const Caller&, const Edited<CatalogueType>&);
Result<AccountClass> create_account_class(db::Tx&, World&, const Caller&, const Edited<AccountClass>&);
Result<AccountClass> edit_account_class(db::Tx&, World&, const Caller&, const Edited<AccountClass>&);
Result<Attribute> create_attribute(db::Tx&, World&, const Caller&, const Edited<Attribute>&);
Result<Attribute> edit_attribute(db::Tx&, World&, const Caller&, const Edited<Attribute>&);

struct NameManager {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// A new token for a manager; the others stop at once. Refuses: not_found.
Result<NewCredential> renew_manager_token(db::Tx&, World&, const Caller&, const NameManager&);

struct ShowSettings {
    std::int64_t reseller_id = 0;
    bool with_inherited = false;  // where it has none, the nearest above it; of request limits only its own
};

// Refuses: not_found.
Result<std::map<std::string, std::string>> show_settings(db::Tx&, World&, const Caller&, const ShowSettings&);

struct EditSettings {
    std::int64_t reseller_id = 0;
    std::map<std::string, std::optional<std::string>> settings;  // absent: back to what the reseller above says
};

// The reseller's own settings, after the change.
// Refuses: not_found; as change_reseller_settings.
Result<std::map<std::string, std::string>> edit_settings(db::Tx&, World&, const Caller&, const EditSettings&);
