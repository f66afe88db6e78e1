// How many requests a reseller may make, all its credentials together and each of them: settings, kept with the others
// of resellers. What a reseller above says holds for each below it, too, so that nobody grants himself more. Read when
// a caller is looked up (service/identity_cache.h); service/request_limiter.h counts.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/database.h"

// So many at once, and as many are regained in so many seconds.
struct RequestLimit {
    std::int64_t count = 0;
    std::int64_t seconds = 1;

    bool operator==(const RequestLimit&) const = default;
};

// "600/60": from 1 to a billion in 1 second to a day. Absent: no such text.
std::optional<RequestLimit> parse_request_limit(std::string_view);

struct RequestLimits {
    std::optional<RequestLimit> reads, writes;                        // of the reseller
    std::optional<RequestLimit> credential_reads, credential_writes;  // of each of its credentials

    bool are_none() const { return !reads && !writes && !credential_reads && !credential_writes; }
    bool operator==(const RequestLimits&) const = default;
};

// Of each kind the one, of its own and of those above it, that lets the fewest through in the long run.
RequestLimits find_request_limits(db::Tx&, std::int64_t reseller_id);
