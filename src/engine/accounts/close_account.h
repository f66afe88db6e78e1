// Closes accounts by hand: for good, but still there to be read (removing leaves only a tombstone: remove_account.h).

#pragma once

#include "core/result.h"
#include "db/database.h"
#include "engine/accounts/hold_account.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

// Does nothing, and says so by an unchanged version, when the account is closed already.
// Refuses, in this order: not_found; gone (removed); invalid reason (required).
Result<Account> close_account(db::Tx&, World&, const Caller&, const NameAccount&);
