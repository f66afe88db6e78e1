#include "service/attempt_limiter.h"

#include <algorithm>

namespace service {

bool AttemptLimiter::is_blocked(const std::string& address, Instant now) {
    std::lock_guard lock(mutex_);
    const auto bucket = buckets_.find(address);
    return bucket != buckets_.end() && refilled(bucket->second, now) < 1;
}

bool AttemptLimiter::has_failed(const std::string& address, Instant now) {
    std::lock_guard lock(mutex_);
    const auto bucket = buckets_.find(address);
    return bucket != buckets_.end() && refilled(bucket->second, now) < burst_;
}

void AttemptLimiter::count_failure(const std::string& address, Instant now) {
    std::lock_guard lock(mutex_);
    if (buckets_.size() >= addresses_max)
        std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now) >= burst_; });
    if (buckets_.size() >= addresses_max) buckets_.clear();
    Bucket& bucket = buckets_.try_emplace(address, Bucket{burst_, now}).first->second;
    bucket = {std::max(0.0, refilled(bucket, now) - 1), now};
}

double AttemptLimiter::refilled(const Bucket& bucket, Instant now) const {
    const double seconds = static_cast<double>((now - bucket.at).count()) / 1000;
    return std::min(burst_, bucket.left + std::max(0.0, seconds) * per_second_);
}

}  // namespace service
