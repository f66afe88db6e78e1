#include "regex/pattern_reader.h"

#include <fmt/format.h>

#include "core/utf8.h"
#include "regex/fragment.h"

namespace regex {

Result<PatternReader> PatternReader::open(std::string_view pattern) {
    if (pattern.size() > pattern_bytes_max) {
        return Error{Reason::malformed, fmt::format("the pattern is longer than {} bytes", pattern_bytes_max)};
    }
    PatternReader reader;
    std::size_t offset = 0;
    while (offset < pattern.size()) {
        const auto decoded = decode_utf8(pattern, offset);
        if (!decoded) return Error{Reason::malformed, "the pattern is not valid UTF-8"};
        reader.code_points_.push_back(decoded->value);
        offset += decoded->bytes;
    }
    return reader;
}

bool PatternReader::skip(char32_t code_point) {
    if (peek() != code_point) return false;
    ++offset_;
    return true;
}

bool PatternReader::skip(std::u32string_view text) {
    if (std::u32string_view(code_points_).substr(offset_, text.size()) != text) return false;
    offset_ += text.size();
    return true;
}

Error PatternReader::error(Reason reason, std::string_view what) const {
    if (is_at_end()) return {reason, fmt::format("{} at the end", what)};
    return {reason, fmt::format("{} at character {}", what, offset_ + 1)};
}

Error PatternReader::error_before(Reason reason, std::string_view what) const {
    return {reason, fmt::format("{} at character {}", what, offset_)};
}

}  // namespace regex
