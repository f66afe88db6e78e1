// Credential: what a caller presents. The secret itself is never kept: only its SHA-256, and a few characters to know
// it by.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/revision.h"
#include "core/time.h"

// Stored as numbers: never renumber.
enum class CredentialKind {
    partner_token = 1,   // Partnership API, bearer
    api_key = 2,         // SignalMind, exchanged for a session token
    manager_token = 3,   // ActivePlatform, X-Api-Token
    operator_token = 4,  // admin API, bearer
};

// Of an operator_token: each may do what those before it may. Stored as numbers: never renumber.
enum class OperatorRole { reader = 1, support = 2, operator_ = 3, administrator = 4 };

struct Credential {
    std::int64_t id = 0;
    std::int64_t reseller_id = 0;
    CredentialKind kind = CredentialKind::partner_token;
    std::optional<std::int64_t> manager_id = {};  // of a manager_token: whose it is
    std::optional<OperatorRole> role = {};        // of an operator_token; absent: administrator, as all once were
    std::string secret_sha256;                    // 64 hexadecimal digits
    std::string label;                            // what its owner calls it; may be empty
    std::string hint;                             // the first characters of the secret, to recognise it by
    std::optional<Revision> revision;             // the pin: in which revision of the Partnership API to answer
    Instant created_at;
    std::optional<Instant> last_used_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;

    bool operator==(const Credential&) const = default;
};
