// Small words of HTTP's grammar that both the reading and the writing side must know (RFC 9110 5.5 and 5.6.2). Used
// inside http/ only.

#pragma once

#include <algorithm>
#include <string_view>

namespace http {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_alphanumeric(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool all_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

inline bool is_token(std::string_view text) {
    const auto is_token_char = [](char c) {
        return is_alphanumeric(c) || (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    };
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// What may stand in a header's value: no CR, LF, NUL or other control character but the tab.
inline bool is_header_value(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 ? c != 0x7f : c == '\t'; });
}

}  // namespace http
