// A request that carries an Idempotency-Key has its effect once, and is answered as it was the first time for 24 hours
// by its reseller's clock, whatever has happened to the server meanwhile. What the answer looks like, and how it is
// encrypted, is the caller's. Called by the joiner in dialect/.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"

constexpr auto answers_are_kept_for = std::chrono::hours(24);

struct KeyedRequest {
    std::string key_sha256;   // of the key; keys belong to a credential
    std::string fingerprint;  // of all that the request asks for
};

// The answer that was given; absent: the request is new.
// Refuses: idempotency_mismatch (the key came with another request).
Result<std::optional<std::string>> find_answer(db::Tx&, World&, const Caller&, const KeyedRequest&);

// In the transaction of the effect.
void keep_answer(db::Tx&, World&, const Caller&, const KeyedRequest&, const std::string& answer);

// At most limit answers whose time is over. Returns how many; 0: none is left.
int forget_answers(db::Tx&, World&, int limit);
bool has_answers_to_forget(db::Tx&, World&);  // for those who would rather not begin to write
