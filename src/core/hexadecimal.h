// Hexadecimal digits, as they stand in GUIDs and in percent-encoding.

#pragma once

// 0 to 15; -1: no such digit.
constexpr int hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}
