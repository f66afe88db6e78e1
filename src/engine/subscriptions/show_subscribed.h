// Reads accounts, plans and lists as SignalMind does.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/subscriptions/subscribed_account.h"

constexpr std::int64_t page_of_accounts_max = 500;

struct ShownAccount {
    SubscribedAccount account;
    std::vector<SubscribedAccount> sub_accounts;  // of a family account, the oldest page_of_accounts_max
};

// Refuses: not_found.
Result<ShownAccount> show_subscribed(db::Tx&, World&, const Caller&, const NameSubscribed&);

struct ListSubscribed {
    std::optional<std::string> external_id;  // absent: all accounts
    std::int64_t skip = 0;
    std::int64_t take = page_of_accounts_max;
    std::vector<FieldError> unreadable;
};

struct ListedAccounts {
    std::vector<SubscribedAccount> accounts;  // the oldest first
    std::int64_t all = 0;                     // how many there are without skip and take
};

// Refuses, all together: invalid what is unreadable; external_id (too_long), skip (out_of_range: negative), take
// (out_of_range: not 1 .. 500).
Result<ListedAccounts> list_subscribed(db::Tx&, World&, const Caller&, const ListSubscribed&);

struct ListPlans {
    std::optional<std::string> parent_guid;  // the family account that a new one is to belong to
    std::optional<AccountType> type;
    std::vector<FieldError> unreadable;
};

// By id. Refuses: invalid, all together, what is unreadable, type (required), parent (not_premium); not_found (the
// parent).
Result<std::vector<Plan>> list_offered_plans(db::Tx&, World&, const Caller&, const ListPlans&);
