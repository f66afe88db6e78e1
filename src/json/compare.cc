#include "json/compare.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace json {
namespace {

using boost::json::kind;
using boost::json::value;

// The integer against the double, without rounding either: the double's whole part is exact, and its fraction breaks a
// tie.
template <class Integer>
std::partial_ordering compare_mixed(Integer integer, double number) {
    if (std::isnan(number)) return std::partial_ordering::unordered;
    // One beyond the largest Integer, a power of two and so exact.
    constexpr double beyond =
        std::numeric_limits<Integer>::digits == 64 ? 18446744073709551616.0 : 9223372036854775808.0;
    if (number >= beyond) return std::partial_ordering::less;
    if (number < static_cast<double>(std::numeric_limits<Integer>::min())) return std::partial_ordering::greater;
    const double whole = std::trunc(number);
    const auto order = integer <=> static_cast<Integer>(whole);
    if (order != 0) return order;
    return whole <=> number;
}

std::partial_ordering compare_integers(const value& left, const value& right) {
    if (left.is_int64() && right.is_int64()) return left.get_int64() <=> right.get_int64();
    if (left.is_uint64() && right.is_uint64()) return left.get_uint64() <=> right.get_uint64();
    if (left.is_int64()) {
        if (left.get_int64() < 0) return std::partial_ordering::less;
        return static_cast<std::uint64_t>(left.get_int64()) <=> right.get_uint64();
    }
    if (right.get_int64() < 0) return std::partial_ordering::greater;
    return left.get_uint64() <=> static_cast<std::uint64_t>(right.get_int64());
}

std::partial_ordering compare_with_double(const value& integer, double number) {
    return integer.is_int64() ? compare_mixed(integer.get_int64(), number)
                              : compare_mixed(integer.get_uint64(), number);
}

bool are_equal_leaves(const value& left, const value& right) {
    if (left.is_number() && right.is_number()) return compare_numbers(left, right) == 0;
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
    case kind::null: return true;
    case kind::bool_: return left.get_bool() == right.get_bool();
    case kind::string: return left.get_string() == right.get_string();
    case kind::int64:
    case kind::uint64:
    case kind::double_:
    case kind::array:
    case kind::object: break;
    }
    return false;
}

// Comparing strings of the same length takes time by their length.
std::uint64_t steps_of(const value& left, const value& right) {
    const bool are_strings = left.is_string() && right.is_string();
    return are_strings && left.get_string().size() == right.get_string().size() ? 1 + left.get_string().size() / 1024
                                                                                : 1;
}

struct Pair {
    const value* left;
    const value* right;
    std::size_t next = 0;  // member to be compared next
};

bool are_of_same_shape(const value& left, const value& right) {
    if (left.is_array() && right.is_array()) return left.get_array().size() == right.get_array().size();
    return left.is_object() && right.is_object() && left.get_object().size() == right.get_object().size();
}

bool is_exhausted(const Pair& pair) {
    return pair.next == (pair.left->is_array() ? pair.left->get_array().size() : pair.left->get_object().size());
}

// The right side is null where an object has no such member.
Pair take_next(Pair& pair) {
    const std::size_t index = pair.next++;
    if (pair.left->is_array()) return {&pair.left->get_array()[index], &pair.right->get_array()[index]};
    const auto& member = pair.left->get_object().begin()[index];
    return {&member.value(), pair.right->get_object().if_contains(member.key())};
}

}  // namespace

std::partial_ordering compare_numbers(const value& left, const value& right) {
    assert(left.is_number() && right.is_number());
    if (left.is_double() && right.is_double()) return left.get_double() <=> right.get_double();
    if (left.is_double()) return 0 <=> compare_with_double(right, left.get_double());
    if (right.is_double()) return compare_with_double(left, right.get_double());
    return compare_integers(left, right);
}

bool are_equal(const value& left, const value& right, std::uint64_t* steps) {
    if (steps) *steps += steps_of(left, right);
    if (!left.is_structured()) return are_equal_leaves(left, right);
    if (!are_of_same_shape(left, right)) return false;
    std::vector<Pair> open = {{&left, &right}};
    while (!open.empty()) {
        if (is_exhausted(open.back())) {
            open.pop_back();
            continue;
        }
        const Pair pair = take_next(open.back());
        if (!pair.right) return false;
        if (steps) *steps += steps_of(*pair.left, *pair.right);
        if (!pair.left->is_structured()) {
            if (!are_equal_leaves(*pair.left, *pair.right)) return false;
        } else if (are_of_same_shape(*pair.left, *pair.right)) {
            open.push_back(pair);
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace json
