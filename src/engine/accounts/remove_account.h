// Removes accounts: closed for good, and only a tombstone is left.

#pragma once

#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct RemoveAccount {
    std::string uid;
};

// The uid is free again: opening another account of that uid makes a new one with a new token.
// Refuses, in this order: not_found (also when only a tombstone is left); invalid reason (required).
Result<Account> remove_account(db::Tx&, World&, const Caller&, const RemoveAccount&);
