// A SignalMind client that does not understand an answer, or gets none, fetches a new session token and repeats the
// call. A create that is repeated so must not open a second account. It is recognised by all of: the same API key, the
// same request, a session token that was issued after the first time and is another one, within ten minutes. The same
// request with the same token is a second account: whoever wants two sends two.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"

constexpr auto requests_are_recognised_for = std::chrono::minutes(10);

struct RepeatableRequest {
    std::string body;           // without any secret: its digest is kept
    std::string session_token;  // empty: the request is not one that could be repeated
};

// The account that the request opened the first time; absent: it is new. A third time needs yet another token.
std::optional<std::int64_t> find_repeated(db::Tx&, World&, const Caller&, const RepeatableRequest&);

// In the transaction of the effect.
void remember_request(db::Tx&, World&, const Caller&, const RepeatableRequest&, std::int64_t account_id);
