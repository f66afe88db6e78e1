#include "core/guid.h"

#include "core/hexadecimal.h"

namespace {

constexpr std::size_t length_with_hyphens = 36;
constexpr std::size_t length_without = 32;

bool has_hyphen_at(std::size_t position) { return position == 8 || position == 13 || position == 18 || position == 23; }

}  // namespace

std::string format_guid(const Block& block) {
    std::string text;
    text.reserve(length_with_hyphens);
    for (const std::uint8_t byte : block) {
        if (has_hyphen_at(text.size())) text += '-';
        append_hexadecimal(text, byte);
    }
    return text;
}

std::optional<Block> parse_guid(std::string_view text) {
    if (text.size() != length_with_hyphens && text.size() != length_without) return std::nullopt;
    const bool has_hyphens = text.size() == length_with_hyphens;
    Block block{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (has_hyphens && has_hyphen_at(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int value = hexadecimal(text[i]);
        if (value < 0) return std::nullopt;
        block[digits / 2] = static_cast<std::uint8_t>(block[digits / 2] << 4 | value);
        ++digits;
    }
    return block;
}
