#include "core/utf8.h"

#include <algorithm>
#include <cassert>

namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Of the whole sequence, by its first byte; 0 where none may begin.
std::size_t sequence_bytes(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;  // a continuation, or an overlong form of ASCII
    if (first < 0xE0) return 2;
    if (first < 0xF0) return 3;
    return first < 0xF5 ? 4 : 0;
}

bool is_scalar_value(char32_t value) { return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF); }

}  // namespace

std::optional<DecodedCodePoint> decode_utf8(std::string_view text, std::size_t offset) {
    assert(offset < text.size());
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(text[offset]);
    const std::size_t bytes = sequence_bytes(first);
    if (bytes == 0 || bytes > text.size() - offset) return std::nullopt;
    if (bytes == 1) return DecodedCodePoint{first, 1};
    char32_t value = first & (0x7F >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto byte = static_cast<unsigned char>(text[offset + i]);
        if (!is_continuation(byte)) return std::nullopt;
        value = value << 6 | (byte & 0x3F);
    }
    if (value < smallest[bytes] || !is_scalar_value(value)) return std::nullopt;
    return DecodedCodePoint{value, bytes};
}

bool is_valid_utf8(std::string_view text) {
    std::size_t offset = 0;
    while (offset < text.size()) {
        const auto decoded = decode_utf8(text, offset);
        if (!decoded) return false;
        offset += decoded->bytes;
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return !is_continuation(static_cast<unsigned char>(c)); }));
}

void append_utf8(std::string& text, char32_t code_point) {
    assert(is_scalar_value(code_point));
    const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) return put(code_point);
    if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put(0x80 | (code_point >> 6 & 0x3F));
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
        put(0x80 | (code_point >> 6 & 0x3F));
    }
    put(0x80 | (code_point & 0x3F));
}
