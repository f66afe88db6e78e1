#include "engine/customers/field_formats.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "core/utf8.h"
#include "core/visible_text.h"
#include "engine/email.h"

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ITU-T E.164, assigned country codes; the zones 1 and 7 are one digit, these two, all others three.
constexpr std::string_view two_digit_codes[] = {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41",
                                                "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
                                                "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
                                                "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};

// Where in a zone of three digits codes are assigned: "42" and "013" says 420, 421, 423.
struct ThreeDigitCodes {
    std::string_view zone;
    std::string_view assigned;
};

constexpr ThreeDigitCodes three_digit_codes[] = {
    {"21", "12368"},      {"22", "0123456789"}, {"23", "0123456789"}, {"24", "0123456789"}, {"25", "012345678"},
    {"26", "0123456789"}, {"29", "01789"},      {"35", "0123456789"}, {"37", "0123456789"}, {"38", "01235679"},
    {"42", "013"},        {"50", "0123456789"}, {"59", "0123456789"}, {"67", "023456789"},  {"68", "012356789"},
    {"69", "012"},        {"80", "08"},         {"85", "02356"},      {"87", "08"},         {"88", "01236"},
    {"96", "012345678"},  {"97", "012345679"},  {"99", "234568"},
};

// How many digits its country code has; 0: there is none such.
std::size_t country_code_length(std::string_view digits) {
    if (digits.starts_with('1') || digits.starts_with('7')) return 1;
    const std::string_view two = digits.substr(0, 2);
    if (std::find(std::begin(two_digit_codes), std::end(two_digit_codes), two) != std::end(two_digit_codes)) return 2;
    for (const ThreeDigitCodes& codes : three_digit_codes)
        if (codes.zone == two && digits.size() > 2 && codes.assigned.find(digits[2]) != std::string_view::npos)
            return 3;
    return 0;
}

// The digits, what may stand between them left out. Absent: something else stands there.
std::optional<std::string> take_digits(std::string_view text) {
    std::string digits;
    bool is_open = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // The digit that is dialled within the country alone: +44 (0)20.
        const bool is_trunk_prefix = !digits.empty() && digits.size() <= 3 && text.substr(i, 3) == "(0)";
        if (is_trunk_prefix && !is_open) {
            i += 2;
            continue;
        }
        if (is_digit(c)) {
            digits += c;
            continue;
        }
        if (std::string_view(" -./()").find(c) == std::string_view::npos) return std::nullopt;
        if (c == '(' && std::exchange(is_open, true)) return std::nullopt;
        if (c == ')' && !std::exchange(is_open, false)) return std::nullopt;
    }
    if (is_open || text.empty() || (!is_digit(text.back()) && text.back() != ')')) return std::nullopt;
    return digits;
}

int to_number(std::string_view digits) {
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

}  // namespace

bool is_country(std::string_view code) { return std::binary_search(country_codes.begin(), country_codes.end(), code); }

bool is_phone_number(std::string_view text) {
    constexpr std::size_t digits_min = 8, digits_max = 15;
    if (text.starts_with("+"))
        text.remove_prefix(1);
    else if (text.starts_with("00"))
        text.remove_prefix(2);
    else
        return false;
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front())) return false;
    const auto digits = take_digits(text);
    return digits && digits->size() >= digits_min && digits->size() <= digits_max && country_code_length(*digits) > 0;
}

bool is_day(std::string_view text) {
    if (text.size() != 10 || text[2] != '.' || text[5] != '.') return false;
    for (const std::size_t i : {0, 1, 3, 4, 6, 7, 8, 9})
        if (!is_digit(text[i])) return false;
    const std::chrono::year_month_day day{std::chrono::year(to_number(text.substr(6))),
                                          std::chrono::month(unsigned(to_number(text.substr(3, 2)))),
                                          std::chrono::day(unsigned(to_number(text.substr(0, 2))))};
    return day.ok();
}

std::string field_of_attribute(std::string_view key) { return "custom_attributes." + std::string(key); }

bool check_text(std::string_view field, std::string_view text, bool is_required, FieldErrors& errors) {
    const std::string name(field);
    if (is_required && is_blank(text))
        errors.add(field, Rule::required, name + " is required.");
    else if (text.size() > text_length_max && count_code_points(text) > text_length_max)
        errors.add(field, Rule::too_long,
                   name + " may have at most " + std::to_string(text_length_max) + " characters.");
    else if (holds_unprintable(text))
        errors.add(field, Rule::bad_characters, name + " may not hold control characters, nor what turns text round.");
    else
        return !errors.has(field);
    return false;
}

void check_email(std::string_view field, std::string_view text, bool is_required, FieldErrors& errors) {
    if (!check_text(field, text, is_required, errors)) return;
    if (!is_email(text)) errors.add(field, Rule::bad_format, std::string(field) + " must be an e-mail address.");
}
