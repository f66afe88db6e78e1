// Decimal: an amount of money, exact, with four places after the point. Kept as a whole number of ten-thousandths, so
// that nothing is ever rounded behind anybody's back; what does not fit is refused, not approximated.

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

class Decimal {
public:
    static constexpr int places = 4;
    static constexpr std::int64_t units_per_one = 10'000;
    static constexpr std::int64_t units_max = 100'000'000'000'000 * units_per_one - 1;  // 99999999999999.9999

    Decimal() = default;
    constexpr explicit Decimal(int whole) : units_(whole * units_per_one) {}

    // As stored: ten-thousandths. Between -units_max and units_max.
    static Decimal from_units(std::int64_t units);
    std::int64_t units() const { return units_; }

    Decimal operator-() const { return from_units(-units_); }
    auto operator<=>(const Decimal&) const = default;

private:
    std::int64_t units_ = 0;
};

// Absent where the sum would not fit.
std::optional<Decimal> add(Decimal, Decimal);

// "-12.50", "7", "0.0001": an optional minus, digits, and perhaps a point with one to four digits. No plus, no
// exponent, no spaces, no leading zeros before another digit. Further digits are allowed only if they are zeros.
// Absent: anything else, or too large.
std::optional<Decimal> parse_decimal(std::string_view text);

// At least one digit on either side of the point, and no zero too many: "0.0", "-12.5", "10000.0".
std::string to_string(Decimal);
