// Shows managers what accounts are chosen from.

#pragma once

#include <cstdint>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/enter_reseller.h"
#include "engine/caller.h"
#include "engine/world.h"

struct ShowCatalogue {
    std::int64_t reseller_id = 0;
};

// Refuses: as enter_reseller.
Result<Scope> show_catalogue(db::Tx&, World&, const Caller&, const ShowCatalogue&);

struct ShowEntry {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// An entry, and the catalogue that it lives in.
template <class Entry>
struct FoundEntry {
    Scope scope;
    const Entry* entry;
};

// A manager of that very reseller; a type or class that it may use. Refuse: as enter_reseller; not_found.
Result<FoundEntry<Manager>> show_manager(db::Tx&, World&, const Caller&, const ShowEntry&);
Result<FoundEntry<CatalogueType>> show_account_type(db::Tx&, World&, const Caller&, const ShowEntry&);
Result<FoundEntry<AccountClass>> show_account_class(db::Tx&, World&, const Caller&, const ShowEntry&);

// The same, of that very reseller's own, for those who keep them.
Result<CatalogueType> show_own_account_type(db::Tx&, World&, const Caller&, const ShowEntry&);
Result<AccountClass> show_own_account_class(db::Tx&, World&, const Caller&, const ShowEntry&);
Result<Attribute> show_own_attribute(db::Tx&, World&, const Caller&, const ShowEntry&);
