// Counts what was presented in vain (wrong credentials, links that are none), by where it came from and altogether. It
// limits failures and nothing else: whoever presents what is valid is served, however much others have failed beside
// him, so it is asked only once something has been looked up and found wrong. Bounded in memory. Used by many threads
// at once.

#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/time.h"

namespace service {

struct AttemptLimits {
    double of_network = 1'000;  // failures at once, and how many are regained each second
    double network_regains = 20;
    double of_all = 20'000;  // of all networks together: what twenty of them may do
    double all_regain = 400;
};

class AttemptLimiter {
public:
    explicit AttemptLimiter(AttemptLimits limits) : limits_(limits), all_{limits.of_all, {}} {}

    // Counts one; false: it is one too many, and to be answered so. Addresses count by their network (see
    // http/forwarded.h). What a network is refused does not count for all.
    bool count_failure(std::string_view address, Instant now);

private:
    static constexpr std::size_t networks_max = 100'000;

    struct Bucket {
        double left;
        Instant at;
    };

    static bool take(Bucket&, double burst, double per_second, Instant now);
    void make_room(Instant now);

    const AttemptLimits limits_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> networks_;  // only those that have failed lately
    Bucket all_;
};

}  // namespace service
