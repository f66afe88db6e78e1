#include "json/buffer.h"

#include <algorithm>

#include "json/read.h"

namespace json {
namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101;
constexpr std::uint64_t top_bits = 0x80 * every_byte;

// Not 0 if one of the eight bytes is less than `limit`, which is at most 0x80.
constexpr std::uint64_t find_less(std::uint64_t bytes, unsigned char limit) {
    return (bytes - limit * every_byte) & ~bytes & top_bits;
}
constexpr std::uint64_t find_equal(std::uint64_t bytes, char wanted) {
    return find_less(bytes ^ (static_cast<unsigned char>(wanted) * every_byte), 1);
}

// Eight bytes at a time: most texts have nothing to escape, and pages of a list have hundreds of texts.
bool needs_escapes(std::string_view text) {
    std::uint64_t found = 0;
    while (!text.empty()) {
        std::uint64_t bytes = 0x20 * every_byte;
        const std::size_t taken = text.copy(reinterpret_cast<char*>(&bytes), sizeof bytes);
        found |= find_less(bytes, 0x20) | find_equal(bytes, '"') | find_equal(bytes, '\\');
        text.remove_prefix(taken);
    }
    return found != 0;
}

}  // namespace

void JsonBuffer::put_string(std::string_view text) {
    if (!needs_escapes(text)) return put_unescaped(text);
    std::string escaped;
    append_json_string(escaped, text);
    put(escaped);
}

void JsonBuffer::grow(std::size_t bytes) { text_.resize(std::max(text_.size() * 2, size_ + bytes)); }

}  // namespace json
