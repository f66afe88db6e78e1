// The keys of sessions and links (see world.h), as they are kept: in a file of their own, which a backup of the
// database does not hold, or among the database's settings.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/world.h"

//     partnerd stamp keys
//     current 000102030405060708090a0b0c0d0e0f
//     previous 101112131415161718191a1b1c1d1e1f 2026-03-01T09:30:00.000Z
std::string format_stamp_keys(const StampKeys&);
std::optional<StampKeys> parse_stamp_keys(std::string_view text);  // absent: it is no such text

// From now on the next one seals; what the present one has sealed by now lives to its end.
StampKeys rotate(const StampKeys&, const SealingKey& next, Instant now);
