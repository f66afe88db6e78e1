// UTF-8, read and written one code point at a time. For parsers of text that somebody else wrote: what is not
// well-formed (overlong forms, surrogates, truncation, beyond U+10FFFF) is never passed on.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

struct DecodedCodePoint {
    char32_t value;
    std::size_t bytes;
};

// The code point at the offset, which must be inside the text; nothing if the bytes there are not well-formed.
std::optional<DecodedCodePoint> decode_utf8(std::string_view text, std::size_t offset);

bool is_valid_utf8(std::string_view text);

// The text must be valid; in other text, counts what is no continuation byte.
std::size_t count_code_points(std::string_view text);

// The code point must be a scalar value: no surrogate, at most U+10FFFF.
void append_utf8(std::string& text, char32_t code_point);
