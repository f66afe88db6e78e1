// Counts durations in buckets without a lock: any thread may record while another collects. What Prometheus calls a
// histogram. Used by Metrics.

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace operations {

class DurationHistogram {
public:
    // Upper bounds in microseconds, ascending; what is longer than the last counts in the total alone.
    static constexpr std::array<std::int64_t, 15> bounds_us = {100,     250,     500,       1'000,     2'500,
                                                               5'000,   10'000,  25'000,    50'000,    100'000,
                                                               250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};

    void record(std::chrono::microseconds duration) {
        std::size_t bucket = 0;
        while (bucket < bounds_us.size() && duration.count() > bounds_us[bucket]) ++bucket;
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_us_.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
    }

    // How many took at most the bound of that bucket but more than the one before; the last one: more than all bounds.
    std::uint64_t count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
    std::uint64_t sum_us() const { return sum_us_.load(std::memory_order_relaxed); }

private:
    std::array<std::atomic<std::uint64_t>, bounds_us.size() + 1> counts_{};
    std::atomic<std::uint64_t> sum_us_ = 0;
};

}  // namespace operations
