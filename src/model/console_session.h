// ConsoleSession: a browser that has been signed in to the console. Its secret, the cookie, is never kept: only the
// SHA-256.

#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"

// Whose session it is. Stored as numbers: never renumber. People who sign in by themselves will be another kind.
enum class SessionHolder { credential = 1 };

struct ConsoleSession {
    std::string secret_sha256;  // 64 hexadecimal digits
    SessionHolder holder = SessionHolder::credential;
    std::int64_t reseller_id = 0;
    std::int64_t holder_id = 0;  // of the credential
    Instant created_at;          // this and the next by the server's clock: a session does not travel
    Instant seen_at;             // last used; up to a minute late

    bool operator==(const ConsoleSession&) const = default;
};
