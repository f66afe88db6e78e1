// Whole numbers in JSON, however they are written.

#pragma once

#include <boost/json/value.hpp>
#include <cmath>
#include <cstdint>
#include <optional>

namespace json {

// 1, 1.0, 1e0: JSON knows no difference. Absent: no number, a part of one, or more than a double holds exactly.
inline std::optional<std::int64_t> to_integer(const boost::json::value& value) {
    constexpr double greatest_exact = 9'007'199'254'740'991.0;  // 2^53 - 1
    if (value.is_int64()) return value.get_int64();
    if (!value.is_double()) return std::nullopt;
    const double number = value.get_double();
    if (std::trunc(number) != number || std::abs(number) > greatest_exact) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

}  // namespace json
