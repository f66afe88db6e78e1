#include "jsonschema/numbers.h"

#include <cassert>
#include <charconv>
#include <cmath>

namespace jsonschema {
namespace {

using boost::json::value;

// digits * 10^exponent; the sign does not matter for divisibility.
struct Decimal {
    std::uint64_t digits;
    int exponent;
};

// 17 digits at most, so they fit.
Decimal as_decimal(double number) {
    char text[32];
    const auto [end, failure] =
        std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific);
    assert(failure == std::errc());
    Decimal decimal{0, 0};
    const char* next = text;
    bool is_fraction = false;
    for (; next != end && *next != 'e'; ++next) {
        if (*next == '.') {
            is_fraction = true;
            continue;
        }
        decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(*next - '0');
        if (is_fraction) --decimal.exponent;
    }
    if (next == end) return decimal;
    ++next;
    if (*next == '+') ++next;
    int exponent = 0;
    std::from_chars(next, end, exponent);
    decimal.exponent += exponent;
    return decimal;
}

Decimal as_decimal(const value& number) {
    if (number.is_uint64()) return {number.get_uint64(), 0};
    if (number.is_double()) return as_decimal(number.get_double());
    const std::int64_t integer = number.get_int64();
    return {integer < 0 ? 0 - static_cast<std::uint64_t>(integer) : static_cast<std::uint64_t>(integer), 0};
}

std::uint64_t multiply_modulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b % modulus);
}

std::uint64_t power_of_ten_modulo(int exponent, std::uint64_t modulus) {
    std::uint64_t power = 1 % modulus;
    for (int i = 0; i < exponent; ++i) power = multiply_modulo(power, 10 % modulus, modulus);
    return power;
}

}  // namespace

bool is_integer(const value& number) {
    if (number.is_double())
        return std::isfinite(number.get_double()) && number.get_double() == std::trunc(number.get_double());
    return number.is_int64() || number.is_uint64();
}

std::optional<std::uint64_t> as_count(const value& given) {
    if (given.is_uint64()) return given.get_uint64();
    if (given.is_int64() && given.get_int64() >= 0) return static_cast<std::uint64_t>(given.get_int64());
    if (!given.is_double() || !is_integer(given)) return std::nullopt;
    const double number = given.get_double();
    if (number < 0 || number >= 18446744073709551616.0) return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

bool is_multiple_of(const value& number, const value& divisor) {
    if (number.is_double() && !std::isfinite(number.get_double())) return false;
    const Decimal dividend = as_decimal(number);
    const Decimal unit = as_decimal(divisor);
    if (dividend.digits == 0) return true;
    const int shift = dividend.exponent - unit.exponent;
    if (shift >= 0)
        return multiply_modulo(dividend.digits % unit.digits, power_of_ten_modulo(shift, unit.digits), unit.digits) ==
               0;
    // A multiple of unit * 10^n is one of 10^n first.
    std::uint64_t rest = dividend.digits;
    for (int i = shift; i < 0; ++i) {
        if (rest % 10 != 0) return false;
        rest /= 10;
    }
    return rest % unit.digits == 0;
}

}  // namespace jsonschema
