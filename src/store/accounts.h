// Rows <-> Account. All SQL about accounts lives here; no rules do. Each look-up carries the reseller.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/account.h"

namespace store {

// The account of that uid that has not been removed.
std::optional<Account> find_account(db::Tx&, std::int64_t reseller_id, std::string_view uid);

// The same, and whether the reseller has a change of a parent that its sub-accounts have yet to follow.
struct AccountToShow {
    Account account;
    bool may_have_to_follow = false;
};
// The last statement of a read that goes on only if the account has to follow, or is not there.
std::optional<AccountToShow> find_account_to_show(db::Tx&, std::int64_t reseller_id, std::string_view uid);

// The tombstone that the last removal of an account of that uid left.
std::optional<Account> find_removed_account(db::Tx&, std::int64_t reseller_id, std::string_view uid);

std::optional<Account> find_account_by_id(db::Tx&, std::int64_t reseller_id, std::int64_t id);

// Throws db::Duplicate when the reseller has a living account of that uid.
void insert_account(db::Tx&, const Account&);

// Writes all that can change: everything but the ids, the uid, opened_under and created_at.
void update_account(db::Tx&, const Account&);

// Accounts of one reseller whose due_at is not after now, oldest first.
std::vector<Account> list_due_accounts(db::Tx&, std::int64_t reseller_id, Instant now, int limit);

// Resellers of these parts (store/parts.h) that have an account whose due_at has come, by their own clocks, when the
// server's clock shows now.
std::vector<std::int64_t> list_resellers_with_due_accounts(db::Tx&, Instant now, std::int64_t parts, int limit);

std::int64_t count_accounts(db::Tx&);
std::int64_t greatest_account_id(db::Tx&);  // 0: none

// For checks over the whole file: accounts in order of id, from the first after after_id.
std::vector<Account> list_accounts_after(db::Tx&, std::int64_t after_id, int limit);

}  // namespace store
