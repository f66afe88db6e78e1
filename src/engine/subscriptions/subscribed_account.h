// An account as SignalMind shows it, found by its GUID, and what the operations on it share.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/field_errors.h"
#include "engine/world.h"
#include "model/subscription.h"
#include "store/subscriptions.h"

struct SubscribedAccount {
    Account account;
    Subscription subscription;
    std::string guid;
    std::optional<std::string> parent_guid;
    bool is_repeated = false;  // of one just subscribed: it was before, by the same request
};

struct NameSubscribed {
    std::string guid;
};

// Whose the account is, as far as a request says so; absent: not said.
struct SubscriberDetails {
    std::optional<std::string> external_id;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> email;
    std::optional<std::string> password_hash;
    bool has_long_password = false;  // too long to be hashed
    std::optional<Company> company;
};

// As it stands by its reseller's clock.
SubscribedAccount present(db::Tx&, World&, const Reseller&, store::AccountWithSubscription);

// As it is stored, for an operation that is about to change it.
// Refuses: not_found account (unknown: also removed ones, and those of others).
Result<store::AccountWithSubscription> get_subscribed(db::Tx&, const World&, const Caller&, const std::string& guid);

// The same, brought up to date, and not closed. Refuses: not_found; conflict status (closed).
Result<store::AccountWithSubscription> get_open_subscribed(db::Tx&, World&, const Caller&, const std::string& guid);

Error refuse_closed();

// Whether it says nothing: on accounts that have no company such a one counts as absent.
bool is_empty(const Company&);

// Adds what breaks a rule: texts that are too long, line breaks in domains.
void check_details(const SubscriberDetails&, FieldErrors&);

// Adds plan_id (unknown, other_type: there is one of that id for the other type).
void check_plan(db::Tx&, const Caller&, AccountType, std::int64_t plan_id, FieldErrors&);

// The family account below which an account is to be; adds parent (unknown, not_premium, closed, limit: it has as many
// sub-accounts as its plan allows; suspended, unless that is no obstacle).
enum class SuspendedParent { refused, accepted };
std::optional<store::ParentAccount> find_parent(db::Tx&, World&, const Caller&, const std::string& guid,
                                                SuspendedParent, FieldErrors&);

// What a subscriber's account may be, in the order of precedence.
enum class SubscriptionStatus { active, disabled, suspended, canceled };
SubscriptionStatus subscription_status_of(const Account&);
