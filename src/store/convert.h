// Between columns and the types of model/: shared by the files of store/.

#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"

namespace store {

inline std::optional<std::int64_t> to_column(const std::optional<Instant>& instant) {
    if (!instant) return std::nullopt;
    return to_milliseconds(*instant);
}

inline std::optional<Instant> to_instant(std::optional<std::int64_t> column) {
    if (!column) return std::nullopt;
    return from_milliseconds(*column);
}

}  // namespace store
