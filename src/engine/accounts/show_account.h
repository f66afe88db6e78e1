// Finds accounts for those who name them by uid.

#pragma once

#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct ShowAccount {
    std::string uid;
};

// The account as it stands now, by its reseller's clock.
// Refuses: not_found; gone (removed: a tombstone is left).
Result<Account> show_account(db::Tx&, World&, const Caller&, const ShowAccount&);

// The stored account, for an operation that is about to change it. Refuses as show_account does.
Result<Account> get_account(db::Tx&, const Caller&, const std::string& uid);
