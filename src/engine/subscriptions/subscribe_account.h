// Opens accounts as SignalMind does: with a plan, perhaps below a Premium account, and with all that is wrong said at
// once.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/subscriptions/repeated_request.h"
#include "engine/subscriptions/subscribed_account.h"

struct SubscribeAccount {
    std::optional<AccountType> type;
    std::optional<std::int64_t> plan_id;
    std::optional<std::string> parent_guid;
    SubscriberDetails details;
    std::vector<FieldError> unreadable;  // what the request says, but nobody understands
    RepeatableRequest request;
    std::optional<std::string> guid;  // that the account brings along; for seeds
};

// Answers with the account of the first time when the request is a repeated one.
// Refuses, all together: invalid what is unreadable; type (required, forbidden: family accounts need the right to have
// them); plan_id (required, unknown, other_type); company (required for family accounts, not_allowed for others);
// parent (required, not_allowed, unknown, not_premium, closed, suspended, limit); external_id, first_name, last_name,
// email, company.* (too_long).
Result<SubscribedAccount> subscribe_account(db::Tx&, World&, const Caller&, const SubscribeAccount&);

// Writes nothing. Refuses, in the same words, what is wrong with the request whatever its parent has become since a
// first attempt: all but parent (closed, suspended, limit), which do not matter to a repeated request.
Result<void> look_at_subscribing(db::Tx&, World&, const Caller&, const SubscribeAccount&);
