// A request that carries an Idempotency-Key has its effect once, and is answered as it was the first time for 24 hours
// by its reseller's clock, whatever has happened to the server or to its token meanwhile. A key belongs to the manager,
// else to the reseller, for whom the credential acts, in one API; only where the answer shows a new secret, to the
// credential. What the answer looks like, and how it is encrypted, is the caller's. Called by the joiner in service/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"

constexpr auto answers_are_kept_for = std::chrono::hours(24);

struct KeyedRequest {
    std::string key_sha256;
    std::string fingerprint;      // of all that the request asks for
    std::int64_t manager_id = 0;  // whose the credential is; 0: no manager's
    bool belongs_to_credential = false;
};

// The answer that was given; absent: the request is new.
// Refuses: idempotency_mismatch (the key came with another request).
Result<std::optional<std::string>> find_answer(db::Tx&, World&, const Caller&, const KeyedRequest&);

// In the transaction of the effect.
void keep_answer(db::Tx&, World&, const Caller&, const KeyedRequest&, const std::string& answer);

// At most limit answers of resellers of these parts (store/parts.h) whose time is over. Returns how many; 0: none is
// left.
int forget_answers(db::Tx&, World&, std::int64_t parts, int limit);
// Whose they are, the first; for those who would rather not begin to write.
std::optional<std::int64_t> find_reseller_with_answers_to_forget(db::Tx&, World&, std::int64_t parts);
