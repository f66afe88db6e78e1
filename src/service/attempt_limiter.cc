#include "service/attempt_limiter.h"

#include <algorithm>

#include "http/forwarded.h"

namespace service {
namespace {

double refilled(double left, Instant at, double burst, double per_second, Instant now) {
    const double seconds = static_cast<double>((now - at).count()) / 1000;
    return std::min(burst, left + std::max(0.0, seconds) * per_second);
}

}  // namespace

bool AttemptLimiter::count_failure(std::string_view address, Instant now) {
    std::string network = http::network_of(address);
    const std::lock_guard lock(mutex_);
    if (networks_.size() >= networks_max) make_room(now);
    Bucket& bucket = networks_.try_emplace(std::move(network), Bucket{limits_.of_network, now}).first->second;
    return take(bucket, limits_.of_network, limits_.network_regains, now) &&
           take(all_, limits_.of_all, limits_.all_regain, now);
}

bool AttemptLimiter::take(Bucket& bucket, double burst, double per_second, Instant now) {
    const double left = refilled(bucket.left, bucket.at, burst, per_second, now);
    bucket = {std::max(0.0, left - 1), now};
    return left >= 1;
}

// Those go first that have regained all. Where that frees little, all go: looking through them again and again would be
// work that strangers choose.
void AttemptLimiter::make_room(Instant now) {
    std::erase_if(networks_, [&](const auto& entry) {
        const Bucket& bucket = entry.second;
        return refilled(bucket.left, bucket.at, limits_.of_network, limits_.network_regains, now) >= limits_.of_network;
    });
    if (networks_.size() > networks_max / 2) networks_.clear();
}

}  // namespace service
