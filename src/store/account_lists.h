// Accounts by the handful, for lists: one reseller's accounts in an order that an index has, from a place in that
// order, narrowed by further conditions. Never reads more rows than it is told to: whoever lists goes on from where it
// stopped.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "model/account.h"

namespace store {

// As accounts are listed; what the clock has done since is not yet in it. The numbers stand in an index.
enum class AccountState { entitled = 1, provisioned = 2, activated = 3, suspended = 4, closed = 5, removed = 6 };

// A place in an order; between two accounts, or at one. Ids are greater than 0.
struct AccountPlace {
    std::string uid;              // where the order is by uid
    std::int64_t ends_at_ms = 0;  // where it is by end
    std::int64_t id = 0;

    bool operator==(const AccountPlace&) const = default;
};

struct AccountRange {
    enum class Order {
        by_id_in_state,  // accounts in `state`
        by_id_of_user,   // accounts of `user_id`
        by_id_of_all,    // accounts of all resellers
        by_uid,          // accounts that have not been removed
        by_ends_at,      // accounts that have an end, removed or not
    };
    Order order = Order::by_id_in_state;
    std::int64_t reseller_id = 0;
    AccountState state = AccountState::entitled;
    std::int64_t user_id = 0;
    AccountPlace after;   // without the account at it
    AccountPlace before;  // without the account at it
    bool descending = false;
};

// All that are there must hold.
struct AccountConditions {
    std::optional<AccountState> state;  // absent: any but removed. Where the range is of one state, that one
    std::optional<AccountType> type;
    std::optional<std::string> domain;
    std::optional<std::string> uid_from, uid_before;
    std::optional<Instant> ends_after, ends_before;  // without the instants themselves

    bool operator==(const AccountConditions&) const = default;
    bool any() const { return *this != AccountConditions{}; }
};

struct ScannedAccounts {
    std::vector<Account> accounts;  // in the range's order
    AccountPlace through;           // how far was looked, unless that was to the end
    bool is_at_end = false;         // there is nothing more in the range
};

// At most accounts_max accounts, out of at most rows_max rows of the range.
ScannedAccounts scan_accounts(db::Tx&, const AccountRange&, const AccountConditions&, int accounts_max, int rows_max);

// How many accounts of the reseller are in a state from `first` to `last`. Walks over each in the index.
std::int64_t count_accounts_in_states(db::Tx&, std::int64_t reseller_id, AccountState first, AccountState last);

// The reseller of an account; absent: no such account.
std::optional<std::int64_t> find_reseller_of_account(db::Tx&, std::int64_t account_id);

}  // namespace store
