// What a reseller changes about an account through SignalMind: whose it is, its plan, its parent, its status.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/subscriptions/subscribed_account.h"

// What a request may repeat of an account without changing it; absent: not said.
struct FixedParts {
    std::optional<AccountType> type;
    std::optional<std::int64_t> plan_id;
    std::optional<std::string> parent_guid;
};

struct ChangeDetails {
    std::string guid;
    SubscriberDetails details;  // what is absent stays
    FixedParts fixed;
    std::vector<FieldError> unreadable;
};

// Refuses: not_found; conflict status (closed); then, all together, invalid what is unreadable, type, plan_id, parent
// (fixed: they are another, and have operations of their own), company (not_allowed), texts (too_long).
Result<SubscribedAccount> change_details(db::Tx&, World&, const Caller&, const ChangeDetails&);

// Refuses the same, and writes nothing.
Result<void> look_at_details(db::Tx&, World&, const Caller&, const ChangeDetails&);

struct ChangePlan {
    std::string guid;
    std::optional<std::int64_t> plan_id;  // absent: what stands there is no number
};

// Refuses: not_found; conflict status (closed); invalid plan_id (unknown, other_type, limit: the account has more
// sub-accounts than the plan allows).
Result<SubscribedAccount> change_plan(db::Tx&, World&, const Caller&, const ChangePlan&);

struct MoveSubAccount {
    std::string guid;
    std::string destination_guid;
};

// Below another family account; below one that is held, the account is held too.
// Refuses: not_found; conflict status (closed); invalid account (not_basic), parent (unknown, not_premium, closed,
// limit).
Result<SubscribedAccount> move_sub_account(db::Tx&, World&, const Caller&, const MoveSubAccount&);

struct ChangeStatus {
    std::string guid;
    std::optional<SubscriptionStatus> status;  // absent: no status
};

// Individual accounts: active, disabled; family accounts: active, suspended, canceled (for good, with their
// sub-accounts). Active lifts the administrative hold alone. Refuses: not_found; invalid status (unsupported,
// not_of_type); conflict status (closed).
Result<SubscribedAccount> change_status(db::Tx&, World&, const Caller&, const ChangeStatus&);

// Leaves a tombstone. Refuses: not_found; invalid account (not_basic).
Result<SubscribedAccount> delete_sub_account(db::Tx&, World&, const Caller&, const NameSubscribed&);
