#include "core/base64.h"

#include <cstdint>

namespace {

constexpr std::string_view alphabet_of_base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::string_view alphabet_of_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    int pending = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (pending += 8; pending >= 6; pending -= 6) text += alphabet[bits >> (pending - 6) & 63];
        bits &= 63;
    }
    if (pending > 0) text += alphabet[bits << (6 - pending) & 63];
    return text;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
    std::string text = encode(bytes, alphabet_of_base64);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string encode_base64url(std::string_view bytes) { return encode(bytes, alphabet_of_base64url); }

std::optional<std::string> decode_base64url(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int pending = 0;
    for (const char character : text) {
        const std::size_t value = alphabet_of_base64url.find(character);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xfff;
        pending += 6;
        if (pending < 8) continue;
        pending -= 8;
        bytes += static_cast<char>(bits >> pending & 0xff);
    }
    const bool surplus_is_zero = (bits & ((1u << pending) - 1)) == 0;
    if (!surplus_is_zero) return std::nullopt;
    return bytes;
}
