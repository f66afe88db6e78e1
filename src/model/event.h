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
    account_noted = 16,  // somebody wrote a comment down; nothing else has changed
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
    webhook_added = 60,
    webhook_changed = 61,
    webhook_removed = 62,
    webhook_disabled = 63,  // by the sender: it has been failing for too long, or says that it is gone
    webhook_tested = 64,    // somebody wants a delivery to one endpoint, which the first change names
    event_erased = 65,      // values of another event, which the first change names, have been taken out
};

std::string_view to_string(EventKind);  // "account.opened"
std::optional<EventKind> parse_event_kind(std::string_view);

struct Change {
    std::string field;
    std::string before;      // empty: had no value
    std::string after;       // empty: has no value
    bool is_erased = false;  // the values have been taken out; that there were some stays

    bool operator==(const Change&) const = default;
};

// Who did it. Stored as numbers: never renumber.
enum class ActorKind {
    clock = 1,      // nobody: a moment has come. No id
    operator_ = 2,  // id: of the credential; none: the command line on the database itself
    manager = 3,    // id: the manager's
    partner = 4,    // a program of a reseller; id: the reseller's
    customer = 5,   // whoever has redeemed a link. No id
    workflow = 6,   // id: of the run
    import = 7,     // id: of the import
};

std::string_view to_string(ActorKind);

struct Actor {
    ActorKind kind = ActorKind::clock;
    std::optional<std::int64_t> id = {};
    std::string name = {};  // what it was called then; not of the event: see store/actor_names.h

    bool operator==(const Actor&) const = default;
};

// What whoever asks says about it.
struct Why {
    std::string reason;   // a word: "fraud"; empty: none was given. See engine/access/why.h
    std::string comment;  // for colleagues: "ticket 17"

    bool empty() const { return reason.empty() && comment.empty(); }
    bool operator==(const Why&) const = default;
};

// How events are written now. A reader that finds a greater number does not know all that is in it.
constexpr int event_format = 1;

struct Event {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;          // grows with time
    std::int64_t account_id = 0;  // 0: of the reseller itself
    EventKind kind = EventKind::account_opened;
    Instant at;           // by the reseller's clock
    Instant recorded_at;  // by the server's, when it was written
    Actor actor;
    std::optional<std::int64_t> credential_id;  // with which it was asked for; absent: none was needed
    std::string request_id;                     // empty: no request
    std::string trace = {};                     // a traceparent of the request; empty: it belonged to no trace
    std::string api;                            // the dialect's name: "partnership"; empty: no request
    std::string remote_address;                 // of whoever asked; empty: no request, or none came over a network
    Why why;
    std::optional<std::int64_t> previous_id;  // the account's event before this one; absent: it is the first
    int format = event_format;
    bool is_erased = false;  // comment and remote address, if there were any, have been taken out
    std::vector<Change> changes;

    bool operator==(const Event&) const = default;
};
