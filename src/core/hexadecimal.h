// Hexadecimal digits, as they stand in GUIDs, digests and percent-encoding.

#pragma once

#include <cstdint>
#include <string>

// 0 to 15; -1: no such digit.
constexpr int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

// The lowest four bits, in lower case.
constexpr char hexadecimal_digit(unsigned bits) { return "0123456789abcdef"[bits & 15]; }

// Two digits, in lower case.
inline void append_hexadecimal(std::string& text, std::uint8_t byte) {
    text += hexadecimal_digit(byte >> 4u);
    text += hexadecimal_digit(byte);
}
