#include "workflow/text/text.h"

#include <fmt/format.h>
#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

#include "core/ascii.h"
#include "core/base64.h"
#include "core/hexadecimal.h"

namespace workflow {

namespace {

constexpr char hex_digits[] = "0123456789ABCDEF";
constexpr std::string_view big_mark = "\xF4\x8F\xBF\xBF";  // U+10FFFF, which is no character
constexpr std::size_t small_digits = 18;                   // always fit into 64 bits
constexpr std::string_view replacement = "\xEF\xBF\xBD";   // U+FFFD

// The code point that starts at `at`, which moves behind it; U+FFFD for a byte that is no UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char first = byte(at);
    if (first < 0x80) return text[at++];
    int length = first >= 0xC2 && first <= 0xDF   ? 2
                 : (first & 0xF0) == 0xE0         ? 3
                 : first >= 0xF0 && first <= 0xF4 ? 4
                                                  : 0;
    if (length == 0 || at + length > text.size()) return ++at, 0xFFFD;
    char32_t code = first & (0xFF >> (length + 1));
    for (int i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return ++at, 0xFFFD;
        code = code << 6 | (byte(at + i) & 0x3F);
    }
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return ++at, 0xFFFD;
    at += length;
    return code;
}

char32_t fold(char32_t code) {
    if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (!utf8) return code;
    return static_cast<char32_t>(towlower_l(towupper_l(static_cast<wint_t>(code), utf8), utf8));
}

bool is_unreserved(unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

// Whatever the text holds, what comes out is JSON in UTF-8, and nothing that a terminal would obey.
void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size();) {
        unsigned char c = text[i];
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        const std::size_t before = i;
        const char32_t code = next_code_point(text, i);
        const bool is_broken = code == 0xFFFD && i == before + 1;
        if (code >= 0xA0 && !is_broken) continue;
        out.append(text.substr(start, before - start));
        start = i;
        switch (code) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        case 0xFFFD: out += replacement; break;
        default: out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        }
    }
    out.append(text.substr(start));
    out += '"';
}

void append_pretty(std::string& out, const json::value& value, int depth) {
    auto line = [&](int levels) {
        out += '\n';
        out.append(levels * 2, ' ');
    };
    if (const auto* array = value.if_array(); array && !array->empty()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i) out += ',';
            line(depth + 1);
            append_pretty(out, (*array)[i], depth + 1);
        }
        line(depth);
        out += ']';
    } else if (const auto* object = value.if_object(); object && !object->empty()) {
        out += '{';
        bool first = true;
        for (const auto& member : *object) {
            if (!first) out += ',';
            first = false;
            line(depth + 1);
            append_quoted(out, member.key());
            out += ": ";
            append_pretty(out, member.value(), depth + 1);
        }
        line(depth);
        out += '}';
    } else {
        append_json(out, value);
    }
}

bool all_finite(const json::value& value) {
    if (const auto* number = value.if_double()) return std::isfinite(*number);
    if (const auto* array = value.if_array()) return std::ranges::all_of(*array, all_finite);
    if (const auto* object = value.if_object())
        return std::ranges::all_of(*object, [](const auto& member) { return all_finite(member.value()); });
    return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        std::size_t before = at;
        // U+FFFD itself is three bytes long; a substitution advances by one.
        if (next_code_point(text, at) == 0xFFFD && at == before + 1) return false;
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t before = at;
        if (next_code_point(text, at) == 0xFFFD && at == before + 1)
            out += replacement;
        else
            out.append(text.substr(before, at - before));
    }
    return out;
}

std::string xml_escape(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t before = at;
        const char32_t code = next_code_point(text, at);
        const bool is_allowed = code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xD800) ||
                                (code >= 0xE000 && code < 0xFFFE) || code >= 0x10000;
        if (code == '&')
            out += "&amp;";
        else if (code == '<')
            out += "&lt;";
        else if (code == '>')
            out += "&gt;";
        else if (code == '"')
            out += "&quot;";
        else if (code == '\r')
            out += "&#13;";
        else if (!is_allowed || (code == 0xFFFD && at == before + 1))
            out += replacement;
        else if (code >= 0x7F && code < 0xA0)
            out += fmt::format("&#{};", static_cast<unsigned>(code));  // not for a terminal to obey
        else
            out.append(text.substr(before, at - before));
    }
    return out;
}

std::string number_text(double number) {
    if (!std::isfinite(number)) return "null";
    auto text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

void append_json(std::string& out, const json::value& value) {
    switch (value.kind()) {
    case json::kind::null: out += "null"; break;
    case json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case json::kind::int64: fmt::format_to(std::back_inserter(out), "{}", value.get_int64()); break;
    case json::kind::uint64: fmt::format_to(std::back_inserter(out), "{}", value.get_uint64()); break;
    case json::kind::double_: out += number_text(value.get_double()); break;
    case json::kind::string:
        if (const auto digits = big_integer(value))
            out += *digits;
        else
            append_quoted(out, value.get_string());
        break;
    case json::kind::array: {
        out += '[';
        bool first = true;
        for (const auto& element : value.get_array()) {
            if (!first) out += ',';
            first = false;
            append_json(out, element);
        }
        out += ']';
        break;
    }
    case json::kind::object: {
        out += '{';
        bool first = true;
        for (const auto& member : value.get_object()) {
            if (!first) out += ',';
            first = false;
            append_quoted(out, member.key());
            out += ':';
            append_json(out, member.value());
        }
        out += '}';
        break;
    }
    }
}

std::string to_json(const json::value& value) {
    std::string out;
    append_json(out, value);
    return out;
}

std::string to_pretty_json(const json::value& value) {
    std::string out;
    append_pretty(out, value, 0);
    return out;
}

std::string to_text(const json::value& value) {
    if (const auto digits = big_integer(value)) return std::string(*digits);
    if (const auto* text = value.if_string()) return std::string(*text);
    // 5.0 inside a text reads as the number that it is: 5
    if (const auto* number = value.if_double(); number && std::isfinite(*number)) return fmt::format("{}", *number);
    return to_json(value);
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// An integer that 64 bits cannot hold.
bool is_too_big(std::string_view number) {
    std::int64_t small = 0;
    std::uint64_t large = 0;
    const char *first = number.data(), *last = first + number.size();
    return std::from_chars(first, last, small).ec != std::errc() &&
           (number[0] == '-' || std::from_chars(first, last, large).ec != std::errc());
}

// The text with each integer that is too big as a marked string; empty when there is none.
std::string mark_big_integers(std::string_view text) {
    std::string out;
    std::size_t copied = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (in_string) {
            if (c == '"') in_string = false;
            i += c == '\\' ? 2 : 1;
            continue;
        }
        if (c == '"') in_string = true;
        if (!is_digit(c)) {
            ++i;
            continue;
        }
        auto end = i;
        while (end < text.size() &&
               (is_digit(text[end]) || std::string_view(".eE+-").find(text[end]) != std::string_view::npos))
            ++end;
        const auto number = text.substr(i, end - i);
        const bool is_integer = number.find_first_not_of("0123456789") == std::string_view::npos;
        const auto begin = i > 0 && text[i - 1] == '-' ? i - 1 : i;
        if (is_integer && number.size() > small_digits && c != '0' && is_too_big(text.substr(begin, end - begin))) {
            out += text.substr(copied, begin - copied);
            out += '"';
            out += big_mark;
            out += text.substr(begin, end - begin);
            out += '"';
            copied = end;
        }
        i = end;
    }
    if (copied == 0) return {};
    return out + std::string(text.substr(copied));
}

bool has_long_number(std::string_view text) {
    std::size_t digits = 0;
    for (char c : text) {
        digits = is_digit(c) ? digits + 1 : 0;
        if (digits > small_digits) return true;
    }
    return false;
}

}  // namespace

std::optional<std::string_view> big_integer(const json::value& value) {
    const auto* text = value.if_string();
    if (!text || !std::string_view(*text).starts_with(big_mark)) return std::nullopt;
    auto digits = std::string_view(*text).substr(big_mark.size());
    const auto unsigned_digits = digits.starts_with('-') ? digits.substr(1) : digits;
    if (unsigned_digits.empty() || !std::ranges::all_of(unsigned_digits, is_digit)) return std::nullopt;
    return digits;
}

json::value make_big_integer(std::string_view digits) {
    return json::value(std::string(big_mark) + std::string(digits));
}

json::value with_plain_numbers(const json::value& value) {
    if (const auto digits = big_integer(value)) {
        double number = 0;
        const auto [end, failed] = std::from_chars(digits->data(), digits->data() + digits->size(), number);
        if (failed != std::errc()) number = digits->starts_with('-') ? -1e308 : 1e308;
        return number;
    }
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const auto& element : *array) out.push_back(with_plain_numbers(element));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object) out.emplace(member.key(), with_plain_numbers(member.value()));
        return out;
    }
    return value;
}

std::optional<json::value> parse_json(std::string_view text) {
    const std::string marked = has_long_number(text) ? mark_big_integers(text) : std::string();
    if (!marked.empty()) text = marked;
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 200;
    auto value = json::parse({text.data(), text.size()}, failed, {}, options);
    if (failed || !all_finite(value)) return std::nullopt;
    return value;
}

int compare_ignoring_case(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        char32_t left = fold(next_code_point(a, i)), right = fold(next_code_point(b, j));
        if (left != right) return left < right ? -1 : 1;
    }
    return i < a.size() ? 1 : j < b.size() ? -1 : 0;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) { return compare_ignoring_case(a, b) == 0; }

bool equal_ignoring_ascii_case(std::string_view a, std::string_view b) { return ::equal_ignoring_ascii_case(a, b); }

std::string to_lower_ascii(std::string_view text) { return ::to_lower_ascii(text); }

std::optional<double> number_in(std::string_view text) {
    // std::from_chars also takes "inf" and "nan", and not a leading '+'; JSON takes neither.
    auto digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || digits[0] < '0' || digits[0] > '9' || digits.back() == '.') return std::nullopt;
    double number = 0;
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
    std::string out;
    out.reserve(text.size());
    for (unsigned char c : text) {
        if (is_unreserved(c) || keep.find(static_cast<char>(c)) != std::string_view::npos)
            out += static_cast<char>(c);
        else
            (out += '%') += {hex_digits[c >> 4], hex_digits[c & 15]};
    }
    return out;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hexadecimal(text[i + 1]) >= 0 && hexadecimal(text[i + 2]) >= 0) {
            out += static_cast<char>(hexadecimal(text[i + 1]) << 4 | hexadecimal(text[i + 2]));
            i += 2;
        } else {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string form_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (unsigned char c : text) {
        if (c == ' ')
            out += '+';
        else if (is_unreserved(c) && c != '~')
            out += static_cast<char>(c);
        else if (c == '*')
            out += '*';
        else
            (out += '%') += {hex_digits[c >> 4], hex_digits[c & 15]};
    }
    return out;
}

std::string base64(std::string_view bytes) { return encode_base64(bytes); }

std::string shorten(std::string_view text, std::size_t size_max) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t before = at;
        char32_t code = next_code_point(text, at);
        if (out.size() + (at - before) > size_max) return out + "…";
        if (code == '\n')
            out += "\\n";
        else if (code == '\r')
            out += "\\r";
        else if (code == '\t')
            out += "\\t";
        else if (code < 0x20 || code == 0x7F || (code >= 0x80 && code < 0xA0))
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));  // nothing that a terminal would obey
        else if (code == 0xFFFD)
            out += "\xEF\xBF\xBD";
        else
            out.append(text.substr(before, at - before));
    }
    return out;
}

std::string_view trim(std::string_view text) {
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string nearest(std::string_view written, const std::vector<std::string>& candidates) {
    constexpr std::size_t length_max = 64, candidates_max = 2'000;
    if (written.size() > length_max || candidates.size() > candidates_max) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, written.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        if (candidate.size() > length_max) continue;
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= written.size(); ++i) {
            std::size_t diagonal = row[0]++;
            for (std::size_t j = 1; j < row.size(); ++j) {
                bool same = fold(static_cast<unsigned char>(written[i - 1])) ==
                            fold(static_cast<unsigned char>(candidate[j - 1]));
                std::size_t next = std::min({row[j] + 1, row[j - 1] + 1, diagonal + !same});
                diagonal = row[j];
                row[j] = next;
            }
        }
        if (row.back() < best_distance) best_distance = row.back(), best = candidate;
    }
    return best;
}

}  // namespace workflow
