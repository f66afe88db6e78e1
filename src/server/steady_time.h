// The time of a machine whose clock may leap. Small steps are followed at once, and time stands still rather than go
// back. A leap (a wrong packet of the time server, a hand on the clock, a virtual machine that comes to) is believed
// only when it lasts: until then time goes on as the machine's uptime does, and when the clock comes back nothing has
// happened. A leap that lasts is followed, forwards or backwards, and said. Once it is compared with a clock that
// several machines share (the database's), time goes by that one: as the uptime does, a little faster or slower where
// they differ a little. Used by system_world.cc and a server's archive (backup.cc); by many threads at once.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "core/time.h"

class SteadyTime {
public:
    // Milliseconds since 1970, as the machine says; milliseconds since it was started, in which it may have slept.
    struct Clocks {
        std::function<std::int64_t()> wall_ms;
        std::function<std::int64_t()> uptime_ms;
    };
    static Clocks clocks_of_machine();

    static constexpr std::int64_t step_ms_max = 1'000;  // a step; beyond it is a leap
    static constexpr std::int64_t leap_lasts_ms = 10'000;

    explicit SteadyTime(Clocks clocks = clocks_of_machine());

    Instant now();

    // What the other clock says, and how long it took to ask it. The first time it is followed at once, wherever that
    // leads: best before anybody has been told the time, and later only where it could not be asked before. From then
    // on an eighth of what they differ by each time, and never back; a leap of it is believed only when it lasts.
    void compare(std::int64_t other_ms, std::chrono::microseconds took);

    // Is told, in one sentence, when a leap begins, ends or is followed. Set before others ask for the time.
    void report_to(std::function<void(std::string_view)> report) { report_ = std::move(report); }

private:
    Instant own_now();
    Instant other_now();
    void follow(std::int64_t ahead_us);
    Instant not_before_last(std::int64_t ms);
    Instant leaping(std::int64_t wall_ms, std::int64_t uptime_ms);
    void say(std::string_view sentence) const;

    const Clocks clocks_;
    std::function<void(std::string_view)> report_;
    std::atomic<std::int64_t> ahead_ms_;  // how much the wall's clock is ahead of the uptime, as far as it is believed
    std::atomic<std::int64_t> last_ms_;
    std::atomic<bool> is_leaping_ = false;
    std::mutex mutex_;
    std::optional<std::int64_t> leaping_since_ms_;  // by the uptime

    std::atomic<bool> is_compared_ = false;
    std::atomic<std::int64_t> other_ahead_ms_ = 0;  // how much the other clock is ahead of the uptime
    std::atomic<bool> is_other_leaping_ = false;    // then its time is asked for under the mutex
    std::int64_t other_ahead_us_ = 0;
    std::optional<std::int64_t> other_leaping_since_ms_;
};
