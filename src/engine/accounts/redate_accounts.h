// When a reseller's grace or end action has changed, its frozen accounts fall due at other times. Done in steps, each
// in a transaction of its own, and remembered in the database, so that a server that was killed goes on where it was.

#pragma once

#include <cstdint>
#include <vector>

#include "db/database.h"
#include "engine/world.h"

// Resellers of these parts (store/parts.h) whose frozen accounts wait for it; at most limit.
std::vector<std::int64_t> list_resellers_to_redate(db::Tx&, std::int64_t parts, int limit);

// Looks at the next accounts, at most limit of them. Returns whether there is more to do.
bool redate_accounts(db::Tx&, World&, std::int64_t reseller_id, int limit);
