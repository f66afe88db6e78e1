// Lists accounts by pages, as they stand now. Called by the operator API, the command line and exports.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/world.h"
#include "model/account.h"
#include "store/account_lists.h"

using AccountPlace = store::AccountPlace;
using AccountPage = Page<Account, AccountPlace>;

// All that are there must hold.
struct ListAccounts {
    std::optional<std::int64_t> reseller_id;  // absent: the caller's own and all below
    std::optional<AccountStatus> status;
    std::optional<AccountType> type;
    std::optional<std::string> domain;
    std::optional<std::string> uid_prefix;
    std::optional<std::string> email;                // of a user attached to the account
    std::optional<Instant> ends_after, ends_before;  // without the instants themselves
    bool removed = false;                            // tombstones instead of accounts
    bool oldest_first = false;                       // where the order is by age
    PageRequest<AccountPlace> page;
};

// In order of uid when a uid_prefix is asked for, else of the end when ends_after or ends_before are, else of age,
// newest first; of age, too, whatever else is asked for with an email or of removed accounts. Looks at a bounded number
// of rows: a page may hold less than its size, even nothing, and still have a next one. Refuses: not_found (the
// reseller).
Result<AccountPage> list_accounts(db::Tx&, World&, const Caller&, const ListAccounts&);
