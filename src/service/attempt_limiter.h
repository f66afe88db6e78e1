// Counts wrong credentials for each address, and says when there have been too many. Generous: it stops a search, not
// an integration's tests. Bounded in memory. Used by many threads at once.

#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "core/time.h"

namespace service {

class AttemptLimiter {
public:
    AttemptLimiter(int burst, int per_second) : burst_(burst), per_second_(per_second) {}

    bool is_blocked(const std::string& address, Instant now);
    bool has_failed(const std::string& address, Instant now);  // lately
    void count_failure(const std::string& address, Instant now);

private:
    static constexpr std::size_t addresses_max = 100'000;

    struct Bucket {
        double left;
        Instant at;
    };

    double refilled(const Bucket&, Instant now) const;

    const double burst_;
    const double per_second_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;  // only addresses that have failed lately
};

}  // namespace service
