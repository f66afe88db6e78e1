#include "service/request_limiter.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace service {
namespace {

struct Wanted {
    std::string_view name;
    std::optional<RequestLimit> limit;
    std::int64_t id;
    bool is_credential;
};

// The seconds until so many more are there, rounded up.
std::int64_t seconds_until(double missing, const RequestLimit& limit) {
    if (missing <= 0) return 0;
    return static_cast<std::int64_t>(
        std::ceil(missing * static_cast<double>(limit.seconds) / static_cast<double>(limit.count) - 1e-9));
}

}  // namespace

std::size_t RequestLimiter::Hash::operator()(const Key& key) const {
    return std::hash<std::int64_t>()(key.id * 4 + (key.is_credential ? 2 : 0) + (key.is_of_writes ? 1 : 0));
}

// A limit that has been changed counts from now on.
void RequestLimiter::refill(Bucket& bucket, const RequestLimit& limit, Instant now) {
    const double seconds = std::max(0.0, static_cast<double>((now - bucket.at).count()) / 1000);
    const double regained =
        seconds * static_cast<double>(bucket.limit.count) / static_cast<double>(bucket.limit.seconds);
    bucket = {std::min(static_cast<double>(limit.count), bucket.left + regained), limit, std::max(bucket.at, now)};
}

LimitVerdict RequestLimiter::take(const RequestLimits& limits, std::int64_t reseller_id, std::int64_t credential_id,
                                  bool writes, Instant now) {
    const std::array<Wanted, 2> wanted = {
        Wanted{writes ? "credential-writes" : "credential-reads",
               writes ? limits.credential_writes : limits.credential_reads, credential_id, true},
        Wanted{writes ? "writes" : "reads", writes ? limits.writes : limits.reads, reseller_id, false}};
    LimitVerdict verdict;
    std::array<Bucket*, 2> taken{};
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= buckets_max) make_room(now);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!wanted[i].limit) continue;
        const RequestLimit& limit = *wanted[i].limit;
        const Key key{wanted[i].id, wanted[i].is_credential, writes};
        Bucket& bucket = buckets_.try_emplace(key, Bucket{static_cast<double>(limit.count), limit, now}).first->second;
        refill(bucket, limit, now);
        taken[i] = &bucket;  // stays where it is: nodes of the map do not move
        if (bucket.left < 1) {
            verdict.is_admitted = false;
            verdict.wait_seconds =
                std::max({verdict.wait_seconds, seconds_until(1 - bucket.left, limit), std::int64_t{1}});
        }
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (taken[i] == nullptr) continue;
        Bucket& bucket = *taken[i];
        if (verdict.is_admitted) bucket.left -= 1;
        const auto remaining = static_cast<std::int64_t>(bucket.left);
        const double missing = remaining == 0 ? 1 - bucket.left : static_cast<double>(bucket.limit.count) - bucket.left;
        verdict.states.push_back({wanted[i].name, bucket.limit, remaining, seconds_until(missing, bucket.limit)});
    }
    return verdict;
}

void RequestLimiter::make_room(Instant now) {
    std::erase_if(buckets_, [&](const auto& entry) {
        Bucket bucket = entry.second;
        refill(bucket, entry.second.limit, now);
        return bucket.left >= static_cast<double>(bucket.limit.count);
    });
    if (buckets_.size() > buckets_max / 2) buckets_.clear();
}

void add_limit_headers(http::Headers& headers, const LimitVerdict& verdict) {
    std::string policies, states;
    for (const LimitState& state : verdict.states) {
        const std::string begin = (policies.empty() ? "\"" : ", \"") + std::string(state.name) + '"';
        policies += begin + ";q=" + std::to_string(state.limit.count) + ";w=" + std::to_string(state.limit.seconds);
        states += begin + ";r=" + std::to_string(state.remaining) + ";t=" + std::to_string(state.seconds);
    }
    headers.set("RateLimit-Policy", policies);
    headers.set("RateLimit", states);
}

}  // namespace service
