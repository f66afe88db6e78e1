// An operator removes a reseller below its own once nothing is in it any more. It is an event of the reseller above.

#pragma once

#include <cstdint>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/reseller.h"

struct RemoveReseller {
    std::int64_t id = 0;
};

// Its credentials, promotions, settings and rights go with it; its events stay, and nobody gets its id again. What else
// nobody asks for any more (kept answers, runs that have ended) goes by and by (housekeeping.h).
// Refuses, in this order: not_found; conflict reseller (in_use: it is the root, or the caller's own); conflict, all at
// once: resellers (below it), accounts (removed ones count), managers, account_types, account_classes, attributes,
// plans, webhook_endpoints, imports, workflows (stored), workflow_runs (that have not ended) (in_use); forbidden (there
// are operators' credentials in it, and the caller is no administrator).
Result<Reseller> remove_reseller(db::Tx&, World&, const Caller&, const RemoveReseller&);
