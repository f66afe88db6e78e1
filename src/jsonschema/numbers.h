// Arithmetic of schemas on JSON numbers, exact: a 64-bit integer is never rounded, and a double is taken as the
// shortest decimal that reads back as it, which is what its author wrote (0.0075 is a multiple of 0.0001).

#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>

namespace jsonschema {

// 1.0 is one.
bool is_integer(const boost::json::value& number);

// An integer that is not negative and fits; 2.0 is 2.
std::optional<std::uint64_t> as_count(const boost::json::value& given);

// Both must be numbers, the divisor greater than 0.
bool is_multiple_of(const boost::json::value& number, const boost::json::value& divisor);

}  // namespace jsonschema
