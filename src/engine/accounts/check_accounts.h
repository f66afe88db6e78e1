// Verifies what must hold of every account in a database. Called by `partnerd check`, by the crash test and the
// simulator.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/database.h"
#include "engine/world.h"

struct CheckedAccounts {
    std::int64_t accounts = 0;
    std::int64_t events = 0;
    std::vector<std::string> problems;  // in words; at most problems_max
};

// Each account belongs to a reseller; its events are as many as its version says, begin with its opening, name each
// other in turn and tell its status; its token opens to it; it waits for the clock if and only if the rules say so,
// unless its reseller's new settings have not come to it yet; a tombstone is closed. A sub-account is held if and only
// if the account that it belongs to is, unless it has still to follow. What ActivePlatform opened has a profile and an
// owner, knows since when its balance is below zero, and is held for credit only then.
CheckedAccounts check_accounts(db::Tx&, const World&, std::size_t problems_max = 100);
