#include "server/steady_time.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>

namespace {

std::int64_t read(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::int64_t{time.tv_sec} * 1'000 + time.tv_nsec / 1'000'000;
}

std::string in_words(std::int64_t ms) { return fmt::format("{}.{:03} s", std::abs(ms) / 1'000, std::abs(ms) % 1'000); }

}  // namespace

SteadyTime::Clocks SteadyTime::clocks_of_machine() {
    return {.wall_ms = [] { return read(CLOCK_REALTIME); }, .uptime_ms = [] { return read(CLOCK_BOOTTIME); }};
}

SteadyTime::SteadyTime(Clocks clocks)
    : clocks_(std::move(clocks)), ahead_ms_(clocks_.wall_ms() - clocks_.uptime_ms()), last_ms_(clocks_.wall_ms()) {}

Instant SteadyTime::now() {
    if (!is_compared_.load(std::memory_order_acquire)) return own_now();
    if (!is_other_leaping_) return other_now();
    const std::lock_guard lock(mutex_);
    return other_now();
}

void SteadyTime::compare(std::int64_t other_ms, std::chrono::microseconds took) {
    constexpr auto took_too_long = std::chrono::milliseconds(500);
    constexpr std::int64_t part = 8;
    const std::lock_guard lock(mutex_);
    const std::int64_t uptime_ms = clocks_.uptime_ms();
    const std::int64_t ahead_us = (other_ms - uptime_ms) * 1'000 + took.count() / 2;
    if (!is_compared_) return follow(ahead_us);
    if (took > took_too_long) return;
    const std::int64_t leap_us = ahead_us - other_ahead_us_;
    if (std::abs(leap_us) <= step_ms_max * 1'000) {
        other_leaping_since_ms_.reset();
        is_other_leaping_ = false;
        other_ahead_us_ += leap_us / part;
        other_ahead_ms_.store(other_ahead_us_ / 1'000, std::memory_order_relaxed);
        return;
    }
    if (!other_leaping_since_ms_) other_leaping_since_ms_ = uptime_ms;
    is_other_leaping_ = true;
    if (uptime_ms - *other_leaping_since_ms_ < leap_lasts_ms) return;
    say(fmt::format("The database's clock stays where it has leapt to: time is moved {} by {}. Ids keep their order.",
                    leap_us > 0 ? "forwards" : "backwards", in_words(leap_us / 1'000)));
    follow(ahead_us);
}

void SteadyTime::follow(std::int64_t ahead_us) {
    other_leaping_since_ms_.reset();
    other_ahead_us_ = ahead_us;
    other_ahead_ms_.store(ahead_us / 1'000, std::memory_order_relaxed);
    last_ms_.store(clocks_.uptime_ms() + ahead_us / 1'000, std::memory_order_relaxed);
    is_compared_.store(true, std::memory_order_release);
    is_other_leaping_ = false;
}

Instant SteadyTime::other_now() {
    return not_before_last(clocks_.uptime_ms() + other_ahead_ms_.load(std::memory_order_relaxed));
}

Instant SteadyTime::own_now() {
    const std::int64_t wall_ms = clocks_.wall_ms();
    const std::int64_t uptime_ms = clocks_.uptime_ms();
    const std::int64_t ahead_ms = ahead_ms_.load(std::memory_order_relaxed);
    const std::int64_t step_ms = wall_ms - uptime_ms - ahead_ms;
    if (std::abs(step_ms) > step_ms_max || is_leaping_.load(std::memory_order_relaxed))
        return leaping(wall_ms, uptime_ms);
    if (step_ms != 0) ahead_ms_.store(ahead_ms + step_ms, std::memory_order_relaxed);
    return not_before_last(wall_ms);
}

Instant SteadyTime::not_before_last(std::int64_t ms) {
    std::int64_t last = last_ms_.load(std::memory_order_relaxed);
    while (last < ms && !last_ms_.compare_exchange_weak(last, ms, std::memory_order_relaxed)) {
    }
    return from_milliseconds(std::max(last, ms));
}

Instant SteadyTime::leaping(std::int64_t wall_ms, std::int64_t uptime_ms) {
    const std::lock_guard lock(mutex_);
    const std::int64_t expected_ms = uptime_ms + ahead_ms_.load(std::memory_order_relaxed);
    const std::int64_t leap_ms = wall_ms - expected_ms;
    if (std::abs(leap_ms) <= step_ms_max) {
        if (leaping_since_ms_) say("The machine's clock has come back from its leap: nothing of it was believed.");
        leaping_since_ms_.reset();
        is_leaping_ = false;
        return not_before_last(wall_ms);
    }
    const std::string_view direction = leap_ms > 0 ? "forwards" : "backwards";
    if (!leaping_since_ms_) {
        say(fmt::format("The machine's clock has leapt {} by {}: if it stays there for {} s, it will be followed.",
                        direction, in_words(leap_ms), leap_lasts_ms / 1'000));
        leaping_since_ms_ = uptime_ms;
        is_leaping_ = true;
    }
    if (uptime_ms - *leaping_since_ms_ < leap_lasts_ms) return not_before_last(expected_ms);
    say(fmt::format("The machine's clock stays where it has leapt to: time is moved {} by {}. Ids keep their order.",
                    direction, in_words(leap_ms)));
    ahead_ms_.store(wall_ms - uptime_ms, std::memory_order_relaxed);
    last_ms_.store(wall_ms, std::memory_order_relaxed);
    leaping_since_ms_.reset();
    is_leaping_ = false;
    return from_milliseconds(wall_ms);
}

void SteadyTime::say(std::string_view sentence) const {
    if (report_) report_(sentence);
}
