#include "jsonschema/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "core/ascii.h"
#include "core/hexadecimal.h"
#include "json/pointer.h"
#include "regex/regex.h"
#include "uri/uri.h"

namespace jsonschema {
namespace {

using boost::json::value;

bool is_hex_digit(char c) { return hexadecimal(c) >= 0; }

// Exactly so many digits, taken from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(digits), is_ascii_digit)) {
        return std::nullopt;
    }
    int number = 0;
    std::from_chars(text.data(), text.data() + digits, number);
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

int days_of_month(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && is_leap ? 29 : days[month - 1];
}

// full-date of RFC 3339.
bool is_date(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return false;
    const auto month = take_number(text, 2);
    if (!month || *month < 1 || *month > 12 || !take(text, '-')) return false;
    const auto day = take_number(text, 2);
    return day && text.empty() && *day >= 1 && *day <= days_of_month(*year, *month);
}

// In minutes east of Greenwich.
std::optional<int> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return 0;
    const bool is_west = text.starts_with('-');
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return (*hours * 60 + *minutes) * (is_west ? -1 : 1);
}

// full-time of RFC 3339. A leap second is the last of a day in UTC.
bool is_time(std::string_view text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return false;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ':')) return false;
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return false;
    if (take(text, '.')) {
        if (text.empty() || !is_ascii_digit(text[0])) return false;
        while (!text.empty() && is_ascii_digit(text[0])) text.remove_prefix(1);
    }
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return false;
    constexpr int minutes_a_day = 24 * 60;
    const int minute_in_utc = (*hour * 60 + *minute - *offset + 2 * minutes_a_day) % minutes_a_day;
    return *second < 60 || minute_in_utc == minutes_a_day - 1;
}

bool is_date_time(std::string_view text) {
    constexpr std::size_t date_bytes = 10;
    if (text.size() <= date_bytes || (text[date_bytes] != 'T' && text[date_bytes] != 't')) return false;
    return is_date(text.substr(0, date_bytes)) && is_time(text.substr(date_bytes + 1));
}

// The units in this order, each with a number, none left out between two, at least one. RFC 3339, appendix A.
bool take_duration_units(std::string_view& text, std::string_view units) {
    std::size_t next = 0;
    bool is_first = true;
    while (!text.empty() && is_ascii_digit(text[0])) {
        while (!text.empty() && is_ascii_digit(text[0])) text.remove_prefix(1);
        const auto unit = text.empty() ? units.npos : units.find(text[0]);
        if (unit == units.npos || unit < next || (!is_first && unit != next)) return false;
        next = unit + 1;
        is_first = false;
        text.remove_prefix(1);
    }
    return !is_first;
}

bool is_duration(std::string_view text) {
    if (!take(text, 'P')) return false;
    if (text.ends_with('W')) return take_duration_units(text, "W") && text.empty();
    const bool has_date = !text.empty() && text[0] != 'T';
    if (has_date && !take_duration_units(text, "YMD")) return false;
    if (text.empty()) return has_date;
    return take(text, 'T') && take_duration_units(text, "HMS") && text.empty();
}

// Letters, digits and hyphens (RFC 1123). Of an internationalised label in its ASCII form, only these are checked.
bool is_hostname_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-'; });
}

bool is_hostname(std::string_view text) {
    if (text.size() > 253) return false;
    while (true) {
        const std::size_t end = std::min(text.find('.'), text.size());
        if (!is_hostname_label(text.substr(0, end))) return false;
        if (end == text.size()) return true;
        text.remove_prefix(end + 1);
    }
}

// Quoted-string of RFC 5321, section 4.1.2, with its quotes.
bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const bool is_escape = take(text, '\\');
        if (text.empty() || text[0] < 0x20 || text[0] > 0x7E || (!is_escape && text[0] == '"')) return false;
        text.remove_prefix(1);
    }
    return true;
}

bool is_dot_string(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~";
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != text.npos) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_ascii_letter(c) || is_ascii_digit(c) || c == '.' || marks.find(c) != marks.npos;
    });
}

bool is_address_literal(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    if (text.starts_with("IPv6:")) return uri::is_ipv6(text.substr(5));
    return uri::is_ipv4(text);
}

// Mailbox of RFC 5321.
bool is_email(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == text.npos || at > 64) return false;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    return (is_dot_string(local) || is_quoted_string(local)) && (is_hostname(domain) || is_address_literal(domain));
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
    }
    return true;
}

bool is_regex(std::string_view text) { return regex::Regex::is_ecma(text); }

bool is_json_pointer(std::string_view text) { return json::split_pointer(text).has_value(); }

bool is_relative_json_pointer(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
    if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
    return text == "#" || is_json_pointer(text);
}

template <bool (*is_met)(std::string_view)>
bool string_check(const value& instance) {
    if (!instance.is_string()) return true;
    return is_met({instance.get_string().data(), instance.get_string().size()});
}

template <class Integer>
bool range_check(const value& instance) {
    if (!instance.is_number()) return true;
    constexpr auto max = std::numeric_limits<Integer>::max();
    if (instance.is_int64()) return instance.get_int64() >= -max - 1 && instance.get_int64() <= max;
    if (instance.is_uint64()) return instance.get_uint64() <= static_cast<std::uint64_t>(max);
    const double number = instance.get_double();
    const double beyond = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
    return number == std::trunc(number) && number >= -beyond && number < beyond;
}

constexpr std::array<FormatCheck, 16> formats = {{
    {"date-time", "a date and time as in RFC 3339", string_check<is_date_time>},
    {"date", "a date as in RFC 3339", string_check<is_date>},
    {"time", "a time with its offset as in RFC 3339", string_check<is_time>},
    {"duration", "a duration as in ISO 8601", string_check<is_duration>},
    {"email", "an e-mail address", string_check<is_email>},
    {"uuid", "a UUID", string_check<is_uuid>},
    {"uri", "a URI", string_check<uri::is_uri>},
    {"uri-reference", "a URI reference", string_check<uri::is_uri_reference>},
    {"ipv4", "an IPv4 address", string_check<uri::is_ipv4>},
    {"ipv6", "an IPv6 address", string_check<uri::is_ipv6>},
    {"hostname", "a host name", string_check<is_hostname>},
    {"regex", "a regular expression of ECMAScript", string_check<is_regex>},
    {"json-pointer", "a JSON Pointer", string_check<is_json_pointer>},
    {"relative-json-pointer", "a relative JSON Pointer", string_check<is_relative_json_pointer>},
    {"int32", "an integer of 32 bits", range_check<std::int32_t>, true},
    {"int64", "an integer of 64 bits", range_check<std::int64_t>, true},
}};

}  // namespace

const FormatCheck* find_format(std::string_view name) {
    const auto found =
        std::find_if(formats.begin(), formats.end(), [&](const auto& format) { return format.name == name; });
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace jsonschema
