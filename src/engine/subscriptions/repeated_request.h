// A SignalMind client that does not understand an answer, or gets none, fetches a new session token and repeats the
// call. A create that is repeated so must not open a second account. It is recognised by all of: the same API key, the
// same request, a session token that was issued after the first time and is another one, within ten minutes. The same
// request with the same token is a second account: whoever wants two sends two.
//
// Kept beside the account (store/subscriptions.h) are a digest of the request and the number of its session, until the
// first change after the ten minutes; no answer: it is rendered again.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "engine/caller.h"
#include "engine/subscriptions/sealed_stamp.h"
#include "engine/world.h"
#include "store/subscriptions.h"

constexpr auto requests_are_recognised_for = std::chrono::minutes(10);

// As it was sent. Without a token: not one that could be repeated.
struct RepeatableRequest {
    std::int64_t key = 0;  // see request_key()
    std::string session_token;
};

// Of 64 bits, which is plenty: it is compared within ten minutes of one reseller, and with one external id. The body is
// one without any secret.
std::int64_t request_key(const Caller&, std::string_view body);

// As it can be compared; absent: it cannot be repeated.
struct SentRequest {
    std::int64_t key = 0;
    Stamp session;
};
std::optional<SentRequest> identify_request(const World&, const Caller&, const RepeatableRequest&);

// What is to be kept of it, in the transaction of the effect.
store::OpeningRequest to_opening(const SentRequest&);

// The account that the request opened the first time, unless it has been removed; absent: the request is new. A third
// time needs yet another token. external_id: as it stands in the request.
std::optional<store::AccountWithSubscription> find_repeated(db::Tx&, World&, const Caller&, const SentRequest&,
                                                            const std::optional<std::string>& external_id);

// To be called when the account changes: what is kept of its request goes as soon as it is of no use.
void forget_old_request(db::Tx&, World&, const Caller&, const Account&);
