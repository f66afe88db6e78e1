// Re-dates accounts: extends, shortens or lifts the end of the billing period.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct MoveEndDate {
    std::string uid;
    std::optional<Instant> ends_at;  // absent: no end
};

// A date in the future, or none, thaws an account that its end had frozen.
// Refuses, in this order: not_found; gone (removed); conflict (closed: it has ended for good); invalid ends_at
// (in_past), reason (required).
Result<Account> move_end_date(db::Tx&, World&, const Caller&, const MoveEndDate&);
