// Operators remove managers, account types, classes and attributes of the resellers within their reach, once nothing is
// in the way. Each removal is an event of the reseller.

#pragma once

#include <cstdint>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/attribute.h"
#include "model/catalogue.h"
#include "model/manager.h"

struct RemoveEntry {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// All refuse, in this order: not_found (the reseller, the entry); conflict, of the reseller and of those below it:
// accounts (in_use: some have it; removed ones count) and what is named below.

// The manager's tokens stop at once; events go on naming him.
Result<Manager> remove_manager(db::Tx&, World&, const Caller&, const RemoveEntry&);

// attributes (in_use: some are asked for the type). The one that is the default may go.
Result<CatalogueType> remove_account_type(db::Tx&, World&, const Caller&, const RemoveEntry&);
Result<AccountClass> remove_account_class(db::Tx&, World&, const Caller&, const RemoveEntry&);

// Never conflict: accounts and managers keep their values, which nobody is shown or asked for until there is an
// attribute of that key again.
Result<Attribute> remove_attribute(db::Tx&, World&, const Caller&, const RemoveEntry&);
