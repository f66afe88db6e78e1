#include "regex/fragment.h"

#include <fmt/format.h>

#include <algorithm>

namespace regex {
namespace {

constexpr std::uint64_t product_max = 1000;  // of RE2
constexpr std::size_t translation_bytes_max = 1024 * 1024;

Error too_large() { return {Reason::invalid, "the repetition is too large to be compiled"}; }

bool is_ascii_alphanumeric(char32_t c) {
    return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

// atom{times}, or atom{0,times} if optional, in pieces of which each multiplies to no more than RE2 takes.
Result<void> append_times(Fragment& sequence, const Fragment& atom, std::uint64_t times, bool is_optional) {
    const std::uint64_t piece = std::max<std::uint64_t>(1, product_max / atom.repetitions);
    if (times / piece > translation_bytes_max / (atom.text.size() + 1)) return too_large();
    while (times > 0) {
        const std::uint64_t count = std::min(times, piece);
        sequence.text += atom.text;
        if (is_optional) {
            sequence.text += count == 1 ? "?" : fmt::format("{{0,{}}}", count);
        } else if (count > 1) {
            sequence.text += fmt::format("{{{}}}", count);
        }
        sequence.repetitions = std::max(sequence.repetitions, atom.repetitions * count);
        times -= count;
    }
    if (sequence.text.size() > translation_bytes_max) return too_large();
    return {};
}

}  // namespace

void append(Fragment& sequence, const Fragment& next) {
    sequence.text += next.text;
    sequence.repetitions = std::max(sequence.repetitions, next.repetitions);
}

Fragment group(const Fragment& inside) { return {"(?:" + inside.text + ")", inside.repetitions}; }

Result<Fragment> repeat(const Fragment& atom, Counts counts) {
    Fragment repeated;
    if (!counts.max && counts.min <= 1) {
        return Fragment{atom.text + (counts.min == 0 ? "*" : "+"), atom.repetitions};
    }
    TRY(append_times(repeated, atom, counts.min, false));
    if (counts.max) {
        TRY(append_times(repeated, atom, *counts.max - counts.min, true));
    } else {
        append(repeated, {atom.text + "*", atom.repetitions});
    }
    return repeated.text.empty() ? Fragment{"(?:)"} : group(repeated);
}

Fragment character_class(const std::string& items, bool is_negated) {
    if (items.empty()) return {is_negated ? "(?s:.)" : "[^\\x00-\\x{10FFFF}]"};
    return {(is_negated ? "[^" : "[") + items + "]"};
}

std::string literal(char32_t code_point) {
    if (is_ascii_alphanumeric(code_point)) return {static_cast<char>(code_point)};
    return fmt::format("\\x{{{:x}}}", static_cast<std::uint32_t>(code_point));
}

}  // namespace regex
