#include "core/decimal.h"

#include <cassert>

namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

// Appends a digit to a number of units; false where it would not fit.
bool append_digit(std::int64_t& units, char digit) {
    if (units > Decimal::units_max / 10) return false;
    units = units * 10 + (digit - '0');
    return units <= Decimal::units_max;
}

}  // namespace

Decimal Decimal::from_units(std::int64_t units) {
    assert(units >= -units_max && units <= units_max);
    Decimal decimal;
    decimal.units_ = units;
    return decimal;
}

std::optional<Decimal> add(Decimal left, Decimal right) {
    // Neither is more than a ninth of what the type holds.
    const std::int64_t sum = left.units() + right.units();
    if (sum > Decimal::units_max || sum < -Decimal::units_max) return std::nullopt;
    return Decimal::from_units(sum);
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);
    const std::string_view whole = text.substr(0, text.find('.'));
    const bool has_point = whole.size() < text.size();
    std::string_view fraction = has_point ? text.substr(whole.size() + 1) : std::string_view();
    if (whole.empty() || (has_point && fraction.empty())) return std::nullopt;
    if (whole.size() > 1 && whole[0] == '0') return std::nullopt;

    std::int64_t units = 0;
    for (const char character : whole)
        if (!is_digit(character) || !append_digit(units, character)) return std::nullopt;
    for (int place = 0; place < Decimal::places; ++place) {
        const char digit = fraction.empty() ? '0' : fraction.front();
        if (!is_digit(digit) || !append_digit(units, digit)) return std::nullopt;
        if (!fraction.empty()) fraction.remove_prefix(1);
    }
    if (fraction.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    return Decimal::from_units(is_negative ? -units : units);
}

std::string to_string(Decimal decimal) {
    const bool is_negative = decimal.units() < 0;
    const std::int64_t units = is_negative ? -decimal.units() : decimal.units();
    std::string text = is_negative ? "-" : "";
    text += std::to_string(units / Decimal::units_per_one);
    std::string fraction = std::to_string(Decimal::units_per_one + units % Decimal::units_per_one).substr(1);
    while (fraction.size() > 1 && fraction.back() == '0') fraction.pop_back();
    return text + '.' + fraction;
}
