// Account: a customer's account, opened and paid for by a reseller. A value: copied, compared, without rules; what may
// happen to it is decided in engine/, where its rows are kept is known to store/ alone.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/revision.h"
#include "core/time.h"

// Stored as numbers: never renumber.
enum class AccountType { individual = 1, family = 2 };

// How far the customer has come. A hold does not change it, so that lifting the hold restores what was.
enum class Stage {
    entitled = 1,       // opened; the customer has not signed up yet
    provisioned = 2,    // the customer redeemed the activation token
    activated = 3,      // the vendor's product reported first use
    deprovisioned = 4,  // closed for good
};

// Why an account is held, each on its own.
struct Holds {
    bool ended = false;           // ends_at has passed: set and lifted by the clock
    bool administrative = false;  // by a manager or the operator
    bool credit = false;          // by the balance alone
    bool parent = false;          // of a sub-account: the account that it belongs to is held

    bool any() const { return ended || administrative || credit || parent; }
    bool operator==(const Holds&) const = default;
};

// What callers are shown: the stage, unless a hold hides it. Counted under these numbers: never renumber.
enum class AccountStatus { entitled = 0, provisioned = 1, activated = 2, suspended = 3, deprovisioned = 4 };

struct Account {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;  // unique among all accounts, grows with time, below 2^53
    std::string uid;      // the reseller's own name for it; unique among the reseller's accounts that are not removed
    AccountType type = AccountType::individual;
    std::string domain;
    Stage stage = Stage::entitled;
    Holds holds;
    std::string activation_token;
    std::int64_t deployed_members = 0;
    Revision opened_under = Revision::partnership_openapi;
    Instant created_at;
    Instant updated_at;
    std::optional<Instant> ends_at;
    std::optional<Instant>
        credit_hold_at;  // when a balance below zero holds the account; see engine/customers/credit.h
    std::optional<Instant>
        due_at;  // when the clock next has something to do here; see engine/accounts/account_change.h
    std::optional<Instant> removed_at;  // set: a tombstone
    std::int64_t version = 1;           // counts the events
    std::int64_t last_event_id = 0;     // the newest of them: the next one names it as the one before

    bool operator==(const Account&) const = default;
};

inline AccountStatus status_of(const Account& account) {
    if (account.stage == Stage::deprovisioned) return AccountStatus::deprovisioned;
    if (account.holds.any()) return AccountStatus::suspended;
    switch (account.stage) {
    case Stage::entitled: return AccountStatus::entitled;
    case Stage::provisioned: return AccountStatus::provisioned;
    case Stage::activated: return AccountStatus::activated;
    case Stage::deprovisioned: break;
    }
    return AccountStatus::deprovisioned;
}

constexpr std::string_view to_string(AccountStatus status) {
    switch (status) {
    case AccountStatus::entitled: return "entitled";
    case AccountStatus::provisioned: return "provisioned";
    case AccountStatus::activated: return "activated";
    case AccountStatus::suspended: return "suspended";
    case AccountStatus::deprovisioned: return "deprovisioned";
    }
    return "";
}

constexpr AccountStatus all_account_statuses[] = {AccountStatus::entitled, AccountStatus::provisioned,
                                                  AccountStatus::activated, AccountStatus::suspended,
                                                  AccountStatus::deprovisioned};

constexpr std::string_view to_string(Stage stage) {
    switch (stage) {
    case Stage::entitled: return "entitled";
    case Stage::provisioned: return "provisioned";
    case Stage::activated: return "activated";
    case Stage::deprovisioned: return "deprovisioned";
    }
    return "";
}

constexpr std::string_view to_string(AccountType type) {
    switch (type) {
    case AccountType::individual: return "individual";
    case AccountType::family: return "family";
    }
    return "";
}
