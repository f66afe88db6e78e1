// Counts the requests of those who have limits (engine/access/request_limits.h): token buckets for each credential and
// for each reseller, reads and writes apart. A request that is refused takes nothing from any of them. Bounded in
// memory: what has regained all is forgotten first; where more than half has not, all begin anew. Part of Admission;
// used by many threads at once.

#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/time.h"
#include "engine/access/request_limits.h"
#include "http/message.h"

namespace service {

// Of one limit, after the request.
struct LimitState {
    std::string_view name;  // "reads", "writes", "credential-reads", "credential-writes"
    RequestLimit limit;
    std::int64_t remaining = 0;
    std::int64_t seconds = 0;  // until one more is there, where there is none; else until all are
};

struct LimitVerdict {
    bool is_admitted = true;
    std::int64_t wait_seconds = 0;  // where it is not
    std::vector<LimitState> states;
};

class RequestLimiter {
public:
    LimitVerdict take(const RequestLimits&, std::int64_t reseller_id, std::int64_t credential_id, bool writes,
                      Instant now);

private:
    static constexpr std::size_t buckets_max = 100'000;

    struct Key {
        std::int64_t id;
        bool is_credential;
        bool is_of_writes;

        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key&) const;
    };
    struct Bucket {
        double left;
        RequestLimit limit;
        Instant at;
    };

    static void refill(Bucket&, const RequestLimit&, Instant now);
    void make_room(Instant now);

    std::mutex mutex_;
    std::unordered_map<Key, Bucket, Hash> buckets_;
};

// RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers-10 has them.
void add_limit_headers(http::Headers&, const LimitVerdict&);

}  // namespace service
