// A World that a test holds in its hands: its clock moves when told to, its ids and random numbers count.

#pragma once

#include <atomic>
#include <cstdint>

#include "engine/world.h"

class TestWorld final : public World {
public:
    static constexpr std::string_view beginning = "2023-01-23T15:55:58Z";  // as in the documents' examples

    using World::now;
    Instant now() override { return from_milliseconds(now_ms_); }
    std::int64_t new_id() override { return ++last_id_; }
    std::uint64_t random_bits() override { return 0x9e3779b97f4a7c15u * ++drawn_; }
    const SealingKey& sealing_key() const override { return key_; }

    StampKeys stamp_keys() const override { return stamp_keys_; }
    void rotate_stamp_key(const SealingKey& next) {
        stamp_keys_ = {next, StampKeys::Previous{stamp_keys_.current, now()}};
    }

    void set(Instant instant) { now_ms_ = to_milliseconds(instant); }
    void advance(std::chrono::milliseconds duration) { now_ms_ += duration.count(); }

    // Ids and random numbers go on from here, whatever has been drawn so far.
    void count_from(std::int64_t number) {
        last_id_ = number;
        drawn_ = static_cast<std::uint64_t>(number);
    }

private:
    std::atomic<std::int64_t> now_ms_ = to_milliseconds(*parse_rfc3339(beginning));
    std::atomic<std::int64_t> last_id_{1000};
    std::atomic<std::uint64_t> drawn_{0};
    const SealingKey key_ = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    StampKeys stamp_keys_{.current = key_, .previous = {}};
};
