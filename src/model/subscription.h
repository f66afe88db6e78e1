// Subscription: what SignalMind knows of an account beside the account itself: its plan, the Premium account that it
// belongs to, whose it is. Plan: what a reseller offers. Values without rules. An account that was opened through
// another API has no subscription, until it is given a plan or the like.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/account.h"

constexpr std::int64_t no_limit = -1;

struct Plan {
    std::int64_t reseller_id = 0;
    AccountType type = AccountType::individual;  // SignalMind's Basic; family: Premium
    std::int64_t id = 0;                         // unique among the reseller's plans of one type
    std::string name;
    std::string description;
    std::int64_t sites_limit = no_limit;
    std::int64_t pages_limit = no_limit;  // of individual accounts; these two of family accounts
    std::int64_t admins_limit = no_limit;
    std::int64_t sub_accounts_limit = no_limit;
    std::int64_t version = 1;

    bool operator==(const Plan&) const = default;
};

// What a reseller may do beyond opening accounts.
struct Rights {
    bool may_create_premium = false;  // family accounts, and sub-accounts of these

    bool operator==(const Rights&) const = default;
};

// Of a family account.
struct Company {
    std::optional<std::string> short_name;
    std::optional<std::string> full_name;
    std::optional<std::string> mobile_domain;
    std::optional<std::string> support_email;
    std::optional<std::string> noreply_email;
    std::vector<std::string> control_panel_domains;
    bool has_list_of_domains = false;  // they were given as a list, even if it is one; without: none or one

    bool operator==(const Company&) const = default;
};

struct Subscription {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    std::optional<std::string> guid;  // that the account brought along; absent: see engine/subscriptions/account_guid.h
    std::optional<std::int64_t> plan_id;     // among the plans of the account's type
    std::optional<std::int64_t> parent_id;   // the family account that it is a sub-account of
    std::optional<std::string> external_id;  // in the reseller's own system; not unique
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> email;
    std::optional<std::string> password_hash;
    std::optional<Company> company;

    bool operator==(const Subscription&) const = default;
};
