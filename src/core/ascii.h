// Letters and digits of ASCII, whatever the locale says: names of headers, schemes and members compare so. Beyond ASCII
// nothing is a letter here, and nothing changes its case.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>

constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char to_lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline std::string to_lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = to_lower_ascii(c);
    return lower;
}

constexpr bool equal_ignoring_ascii_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return to_lower_ascii(a) == to_lower_ascii(b); });
}

// A phrase as a machine's word: "Not Found" -> "not_found".
inline std::string to_snake_case(std::string_view phrase) {
    std::string word = to_lower_ascii(phrase);
    std::replace_if(
        word.begin(), word.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    return word;
}
