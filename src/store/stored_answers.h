// What was answered to requests with an Idempotency-Key, kept for those that repeat them. Unreadable here.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "db/database.h"
#include "model/credential.h"

namespace store {

// Whose key it is: a reseller's, in an API; a manager's of it; or of one credential alone.
struct KeyOwner {
    std::int64_t reseller_id = 0;
    CredentialKind kind = CredentialKind::partner_token;
    std::int64_t manager_id = 0;     // 0: no manager's
    std::int64_t credential_id = 0;  // 0: whichever of the owner's
};

struct StoredAnswer {
    std::string fingerprint;  // of the request
    std::string answer;       // encrypted
    Instant expires_at;       // by the reseller's clock
};

std::optional<StoredAnswer> find_stored_answer(db::Tx&, const KeyOwner&, std::string_view key_sha256);
// In the place of an older one of that key.
void put_stored_answer(db::Tx&, const KeyOwner&, std::string_view key_sha256, const StoredAnswer&);

// At most limit answers of resellers of these parts (store/parts.h), by whose clocks they have expired, when the
// server's clock shows now. How many.
int delete_expired_answers(db::Tx&, Instant now, std::int64_t parts, int limit);
std::optional<std::int64_t> find_reseller_with_expired_answers(db::Tx&, Instant now, std::int64_t parts);  // the first

// At most limit answers, expired or not. How many.
int delete_answers_of_reseller(db::Tx&, std::int64_t reseller_id, int limit);

}  // namespace store
