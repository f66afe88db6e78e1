// A piece of translated pattern: RE2 text that can be put beside other pieces or be repeated. RE2 refuses repetitions
// that multiply to more than 1000; repeat() writes larger ones out, up to a size. RE2 compiles in time quadratic in the
// places where a match may go on in two ways, so these are counted. Used by the translators and by regex.cc only.

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
    std::uint64_t choices = 0;      // | and repetitions without a fixed count, as often as they are repeated
    std::uint64_t atoms = 1;        // at least what there is to match, as often as it is repeated
};

struct Counts {
    std::uint64_t min;
    std::optional<std::uint64_t> max;  // none: without end
};

constexpr std::uint64_t choices_max = 5000;
constexpr std::uint64_t atoms_max = 200'000;

void append(Fragment& sequence, const Fragment& next);
void append_alternative(Fragment& choice, const Fragment& next);
Fragment group(const Fragment& inside);

// The atom must bind as one: a character, a class, or a group. Refuses (invalid) what grows too large.
Result<Fragment> repeat(const Fragment& atom, Counts counts);

// Refuses (invalid) what takes RE2 too long to compile.
Result<Fragment> check_size(Fragment whole);

// A class from the inside of its brackets, which may be empty.
Fragment character_class(const std::string& items, bool is_negated);

// The code point as RE2 text with no special meaning, inside a class and outside.
std::string literal(char32_t code_point);

}  // namespace regex
