// A piece of translated pattern: RE2 text that can be put beside other pieces or be repeated. RE2 refuses repetitions that
// multiply to more than 1000; repeat() writes larger ones out, up to a size. Used by the translators only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"

namespace regex {

constexpr std::size_t pattern_bytes_max = 64 * 1024;
constexpr int group_nesting_max = 100;

struct Fragment {
    std::string text;
    std::uint64_t repetitions = 1;  // the largest product of counts nested inside
};

struct Counts {
    std::uint64_t min;
    std::optional<std::uint64_t> max;  // none: without end
};

void append(Fragment& sequence, const Fragment& next);
Fragment group(const Fragment& inside);

// The atom must bind as one: a character, a class, or a group. Refuses (invalid) what grows too large.
Result<Fragment> repeat(const Fragment& atom, Counts counts);

// A class from the inside of its brackets, which may be empty.
Fragment character_class(const std::string& items, bool is_negated);

// The code point as RE2 text with no special meaning, inside a class and outside.
std::string literal(char32_t code_point);

}  // namespace regex
