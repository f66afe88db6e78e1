// The GUID by which SignalMind knows an account: its reseller and id as one AES block under a key of the database. So
// it costs no column and no index, says nothing of the account, and an account has one whichever API opened it.
// Accounts that brought an id of their own along (Subscription::guid) keep that.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"

std::string account_guid(const World&, std::int64_t reseller_id, std::int64_t account_id);

// The account of the caller's reseller, removed or not, if there is one; absent: the text is no GUID, nobody's, or
// another reseller's, in the same steps.
std::optional<std::int64_t> find_account_id(db::Tx&, const World&, const Caller&, const std::string& guid);
