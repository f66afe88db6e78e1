// A row of the table account, as all queries of store/ read it.

#pragma once

#include <vector>

#include "db/database.h"
#include "model/account.h"

// In the order that to_account() expects.
#define ACCOUNT_COLUMNS                                                                                    \
    "id, reseller_id, uid, type, domain, stage, holds, activation_token, deployed_members, opened_under, " \
    "created_at, updated_at, ends_at, due_at, removed_at, version, credit_hold_at, last_event_id"

// What the index account_by_state holds: see AccountState.
#define ACCOUNT_STATE \
    "(CASE WHEN removed_at IS NOT NULL THEN 6 WHEN stage = 4 THEN 5 WHEN holds <> 0 THEN 4 ELSE stage END)"

namespace store {

constexpr std::size_t account_column_count = 18;

Account to_account(const db::Row&);
std::vector<Account> to_accounts(const db::Rows&);

}  // namespace store
