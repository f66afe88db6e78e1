// How two JSON values compare, the same for JSONPath, JSON Schema and workflow criteria: numbers by their mathematical
// value (1 is 1.0, and no 64-bit integer is rounded to a double on the way), objects whatever their order. Never
// recurses, so that a deeply nested document cannot exhaust the stack.

#pragma once

#include <boost/json/value.hpp>
#include <compare>
#include <cstdint>

namespace json {

// Both must be numbers. Unordered only for NaN, which JSON does not have.
std::partial_ordering compare_numbers(const boost::json::value& left, const boost::json::value& right);

// Adds to *steps, if given, one for each value compared, and one for each 1024 bytes of strings of the same length.
bool are_equal(const boost::json::value& left, const boost::json::value& right, std::uint64_t* steps = nullptr);

}  // namespace json
