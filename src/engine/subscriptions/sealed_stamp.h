// A token that nobody keeps: an id and when it was issued, as one AES block that looks like a GUID. Whoever gets it
// back reads from it what it stands for and how old it is. Of 2^128 texts next to none opens to an id that exists, at a
// time that counts.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/world.h"

struct Stamp {
    std::int64_t id = 0;     // 0 .. 2^53 - 1
    Instant issued_at;       // from 1970 to 10889, which outlives every clock (see move_clock.h)
    std::int64_t nonce = 0;  // 0 .. 2^12 - 1: tells apart what is issued in one millisecond

    bool operator==(const Stamp&) const = default;
};

// Different for all stamps of one id.
std::int64_t serial_of(const Stamp&);

Stamp new_stamp(World&, std::int64_t id, Instant issued_at);

// What was sealed for one purpose does not open for another.
std::string seal_stamp(const World&, std::string_view purpose, const Stamp&);
// Sealed with the current key; or with the previous one, as long as that counted.
std::optional<Stamp> open_stamp(const World&, std::string_view purpose, std::string_view text);

// Whether it counts at this time: it was issued, and not longer ago than its life. A little of the future is forgiven:
// the clocks of several servers differ.
constexpr auto stamp_skew = std::chrono::minutes(1);
bool is_current(const Stamp&, Instant now, std::chrono::milliseconds life);
