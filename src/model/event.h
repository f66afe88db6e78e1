// Event: one for every change, written in the transaction that made it. Audit trail and outbox in one. Holds no secret.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

// Stored as numbers: never renumber.
enum class EventKind {
    account_opened = 1,
    account_end_date_moved = 2,
    account_frozen = 3,   // ends_at passed
    account_thawed = 4,   // a new end date lifted the freeze
    account_closed = 5,   // grace passed, or closed by hand
    account_removed = 6,  // a tombstone is left
    account_redeemed = 7,
    account_activated = 8,
    account_members_reported = 9,
    account_held = 10,
    account_lifted = 11,
    account_token_reissued = 12,
    account_profile_changed = 40,
    account_balance_adjusted = 41,
    manager_added = 42,  // these three: of a reseller, as below
    manager_changed = 43,
    catalogue_changed = 44,  // an account type, class or attribute was added or changed
    account_plan_changed = 14,
    account_moved = 15,  // below another account
    // Not of an account: Event::account_id is 0, and the first change names what it happened to.
    reseller_added = 20,
    reseller_changed = 21,
    credential_added = 22,
    credential_rotated = 23,
    credential_revoked = 24,
    promotion_added = 25,
    promotion_changed = 26,
    promotion_removed = 27,
    domain_added = 28,
    domain_removed = 29,
    clock_moved = 30,  // of a sandbox
    plan_added = 50,
    plan_changed = 51,
    plan_removed = 52,
    rights_changed = 53,
};

std::string_view to_string(EventKind);  // "account.opened"
std::optional<EventKind> parse_event_kind(std::string_view);

struct Change {
    std::string field;
    std::string before;  // empty: had no value
    std::string after;   // empty: has no value

    bool operator==(const Change&) const = default;
};

struct Event {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;          // grows with time
    std::int64_t account_id = 0;  // 0: of the reseller itself
    EventKind kind = EventKind::account_opened;
    Instant at;                                 // by the reseller's clock
    std::optional<std::int64_t> credential_id;  // who; absent: the clock, or the customer
    std::string request_id;                     // empty: no request
    std::vector<Change> changes;

    bool operator==(const Event&) const = default;
};
