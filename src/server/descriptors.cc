#include "server/descriptors.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>
#include <thread>

namespace {

constexpr std::size_t kept_back = 64;  // standard streams, loops, the listening socket, the writer, spare ones
constexpr std::size_t of_a_thread = 4;
constexpr std::size_t connections_min = 16;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
    if (limit.rlim_cur < limit.rlim_max) {
        rlimit raised = limit;
        raised.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max()
                                           : static_cast<std::size_t>(limit.rlim_cur);
}

// The HTTP server tells an eighth more, and 16, that there are too many (see http/server.cc).
std::size_t fit_connections(std::size_t wanted, std::size_t descriptors, unsigned threads) {
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t other = kept_back + 16 + of_a_thread * threads;
    const std::size_t left = descriptors > other ? (descriptors - other) / 9 * 8 : 0;
    return std::min(wanted, std::max(left, connections_min));
}
