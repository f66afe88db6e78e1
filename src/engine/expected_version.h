// Two people edit the same thing: who says which version they have seen is refused once it is another.

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"

// Any of these; absent: whatever it is.
using ExpectedVersion = std::optional<std::vector<std::int64_t>>;

// Refuses: conflict (version stale).
inline Result<void> expect_version(const ExpectedVersion& expected, std::int64_t version) {
    if (!expected || std::find(expected->begin(), expected->end(), version) != expected->end()) return {};
    return Error{Reason::conflict,
                 "It has been changed since.",
                 {{"version", "stale", "It has version " + std::to_string(version) + "."}}};
}
