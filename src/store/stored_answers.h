// What was answered to requests with an Idempotency-Key, kept for those that repeat them. Unreadable here.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "db/database.h"

namespace store {

struct StoredAnswer {
    std::int64_t credential_id = 0;
    std::string key_sha256;
    std::int64_t reseller_id = 0;
    std::string fingerprint;  // of the request
    std::string answer;       // encrypted
    Instant expires_at;       // by the reseller's clock
};

std::optional<StoredAnswer> find_stored_answer(db::Tx&, std::int64_t credential_id, std::string_view key_sha256);
void put_stored_answer(db::Tx&, const StoredAnswer&);  // in the place of an older one of that key

// At most limit answers of resellers by whose clocks they have expired, when the server's clock shows now. How many.
int delete_expired_answers(db::Tx&, Instant now, int limit);
bool has_expired_answers(db::Tx&, Instant now);

}  // namespace store
