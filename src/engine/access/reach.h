// How far an operator reaches: its own reseller and those below it. What lies outside is answered as if it did not
// exist, after the same steps. Called first by every operation of the operator API.

#pragma once

#include <cstdint>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "model/account.h"

bool reaches(const Caller&, std::int64_t reseller_id);

// The caller, acting for a reseller within its reach: in that reseller's time, on its accounts.
// Refuses: not_found (also what is there, but out of reach).
Result<Caller> act_for(db::Tx&, const Caller&, std::int64_t reseller_id);

// Any account within reach, removed ones too, as it is stored. Refuses: not_found.
Result<Account> get_account_by_id(db::Tx&, const Caller&, std::int64_t account_id);
