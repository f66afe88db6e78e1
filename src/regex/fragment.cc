#include "regex/fragment.h"

#include <fmt/format.h>

#include <algorithm>

namespace regex {
namespace {

constexpr std::uint64_t product_max = 1000;  // of RE2
constexpr std::size_t translation_bytes_max = 1024 * 1024;

Error too_large() { return {Reason::invalid, "the repetitions and alternatives are too many to be compiled"}; }

bool is_ascii_alphanumeric(char32_t c) {
    return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

Fragment with_count(const Fragment& atom, std::string_view count, std::uint64_t times, std::uint64_t choices) {
    return {atom.text + std::string(count), atom.repetitions * times, atom.choices * times + choices,
            atom.atoms * times};
}

Fragment repeat_exactly(const Fragment& atom, std::uint64_t times) {
    return with_count(atom, times == 1 ? "" : fmt::format("{{{}}}", times), times, 0);
}

Fragment repeat_up_to(const Fragment& atom, std::uint64_t times) {
    return with_count(atom, times == 1 ? "?" : fmt::format("{{0,{}}}", times), times, times);
}

// As often as RE2 takes it in one piece.
std::uint64_t piece_of(const Fragment& atom) { return std::max<std::uint64_t>(1, product_max / atom.repetitions); }

bool is_too_large(const Fragment& atom, std::uint64_t times) {
    return times > atoms_max || atom.atoms > atoms_max || atom.atoms * times > atoms_max ||
           atom.choices > choices_max || atom.choices * times > choices_max ||
           times / piece_of(atom) > translation_bytes_max / (atom.text.size() + 5);
}

void append_exactly(Fragment& sequence, const Fragment& atom, std::uint64_t times) {
    const std::uint64_t piece = piece_of(atom);
    for (; times > piece; times -= piece) append(sequence, repeat_exactly(atom, piece));
    if (times > 0) append(sequence, repeat_exactly(atom, times));
}

// Whole pieces inside one another, then less than two: (?:x{1000}(?:x{1000})?)?x{0,1000}x{0,500} for 3500. Of n
// optional characters in a row, RE2 would compile each with all that follow.
void append_up_to(Fragment& sequence, const Fragment& atom, std::uint64_t times) {
    const std::uint64_t piece = piece_of(atom);
    const std::uint64_t nested = times < piece ? 0 : (times - (piece - 1)) / piece;
    for (std::uint64_t i = 0; i < nested; ++i) {
        sequence.text += "(?:";
        append(sequence, repeat_exactly(atom, piece));
    }
    for (std::uint64_t i = 0; i < nested; ++i) sequence.text += ")?";
    sequence.choices += nested;
    const std::uint64_t rest = times - nested * piece;
    if (rest > piece) append(sequence, repeat_up_to(atom, piece));
    if (rest > 0) append(sequence, repeat_up_to(atom, rest > piece ? rest - piece : rest));
}

}  // namespace

void append(Fragment& sequence, const Fragment& next) {
    sequence.text += next.text;
    sequence.repetitions = std::max(sequence.repetitions, next.repetitions);
    sequence.choices += next.choices;
    sequence.atoms += next.atoms;
}

Fragment group(const Fragment& inside) {
    return {"(?:" + inside.text + ")", inside.repetitions, inside.choices, inside.atoms};
}

void append_alternative(Fragment& choice, const Fragment& next) {
    choice.text += "|";
    ++choice.choices;
    append(choice, next);
}

Result<Fragment> repeat(const Fragment& atom, Counts counts) {
    if (!counts.max && counts.min <= 1) return with_count(atom, counts.min == 0 ? "*" : "+", 1, 1);
    const std::uint64_t times = counts.max.value_or(counts.min + 1);
    if (is_too_large(atom, times)) return too_large();
    Fragment repeated;
    append_exactly(repeated, atom, counts.min);
    if (counts.max) {
        append_up_to(repeated, atom, *counts.max - counts.min);
    } else {
        append(repeated, with_count(atom, "*", 1, 1));
    }
    if (repeated.text.size() > translation_bytes_max) return too_large();
    return repeated.text.empty() ? Fragment{"(?:)"} : group(repeated);
}

Result<Fragment> check_size(Fragment whole) {
    if (whole.choices > choices_max || whole.atoms > atoms_max || whole.text.size() > translation_bytes_max)
        return too_large();
    return whole;
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
