#include "regex/ecma.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/utf8.h"
#include "regex/code_point_set.h"
#include "regex/fragment.h"
#include "regex/pattern_reader.h"

namespace regex {
namespace {

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_ascii_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_name_character(char32_t c) {
    return is_ascii_letter(c) || is_digit(c) || c == U'_' || c == U'$' || (c >= 0x80 && c != end_of_pattern);
}
bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }
bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

int hex_value(char32_t c) {
    if (is_digit(c)) return static_cast<int>(c - U'0');
    if (c >= U'a' && c <= U'f') return static_cast<int>(c - U'a' + 10);
    if (c >= U'A' && c <= U'F') return static_cast<int>(c - U'A' + 10);
    return -1;
}

// Unicode's names of the general categories, with their short ones.
std::string_view short_category(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 42> names = {{
        {"Other", "C"},
        {"Control", "Cc"},
        {"cntrl", "Cc"},
        {"Format", "Cf"},
        {"Unassigned", "Cn"},
        {"Private_Use", "Co"},
        {"Surrogate", "Cs"},
        {"Letter", "L"},
        {"Cased_Letter", "LC"},
        {"Lowercase_Letter", "Ll"},
        {"Modifier_Letter", "Lm"},
        {"Other_Letter", "Lo"},
        {"Titlecase_Letter", "Lt"},
        {"Uppercase_Letter", "Lu"},
        {"Mark", "M"},
        {"Combining_Mark", "M"},
        {"Spacing_Mark", "Mc"},
        {"Enclosing_Mark", "Me"},
        {"Nonspacing_Mark", "Mn"},
        {"Number", "N"},
        {"Decimal_Number", "Nd"},
        {"digit", "Nd"},
        {"Letter_Number", "Nl"},
        {"Other_Number", "No"},
        {"Punctuation", "P"},
        {"punct", "P"},
        {"Connector_Punctuation", "Pc"},
        {"Dash_Punctuation", "Pd"},
        {"Close_Punctuation", "Pe"},
        {"Final_Punctuation", "Pf"},
        {"Initial_Punctuation", "Pi"},
        {"Other_Punctuation", "Po"},
        {"Open_Punctuation", "Ps"},
        {"Symbol", "S"},
        {"Currency_Symbol", "Sc"},
        {"Modifier_Symbol", "Sk"},
        {"Math_Symbol", "Sm"},
        {"Other_Symbol", "So"},
        {"Separator", "Z"},
        {"Line_Separator", "Zl"},
        {"Paragraph_Separator", "Zp"},
        {"Space_Separator", "Zs"},
    }};
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == name; });
    return found == names.end() ? name : found->second;
}

// A property that RE2 has a table for: a general category by its short name, or a script.
bool is_known_to_re2(std::string_view name) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    return re2::RE2(fmt::format("\\p{{{}}}", name), options).ok();
}

// The items of a class that stand for \p{name} or \P{name}; nothing if RE2 has no table for it.
std::optional<std::string> find_property(std::string_view name, bool is_negated) {
    CodePointSet set;
    if (name == "Any") {
        set.add(0, 0x10FFFF);
    } else if (name == "ASCII") {
        set.add(0, 0x7F);
    } else if (name == "Assigned") {
        set = unassigned_code_points().complement();
    } else if (name == "Unassigned" || name == "Cn") {
        set = unassigned_code_points();
    } else {
        const std::string_view category = short_category(name);
        if (category == "C" && is_negated) return "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}";
        if (category == "C") return unassigned_code_points().render() + "\\p{Cc}\\p{Cf}\\p{Co}";
        if (category == "LC" && is_negated)
            return "\\p{Lm}\\p{Lo}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}\\p{Cc}\\p{Cf}\\p{Co}" +
                   unassigned_code_points().render();
        if (category == "LC") return "\\p{Ll}\\p{Lu}\\p{Lt}";
        if (!is_known_to_re2(category)) return std::nullopt;
        return fmt::format("{}{{{}}}", is_negated ? "\\P" : "\\p", category);
    }
    return is_negated ? set.complement().render() : set.render();
}

// One member of a class: a single code point, which may begin or end a range, or a whole set as RE2 items.
struct ClassAtom {
    std::optional<char32_t> code_point;
    std::string items;
};

// Functions carry the names of the grammar in ECMA-262, "Patterns". What is well-formed but beyond RE2 is remembered
// and told only after the whole pattern has been read: a malformed pattern is malformed first.
//
// A lookahead at the beginning of the text, as in ^(?!x) and ^(?=.*[A-Z])(?=.*[0-9]), asks whether another pattern
// matches there too: such a pattern is run on its own. Anywhere else, it is not regular to RE2.
class Translator {
public:
    explicit Translator(PatternReader reader) : reader_(std::move(reader)) {}

    Result<std::vector<Alternative>> translate() {
        std::vector<Alternative> alternatives;
        do {
            alternatives.push_back(TRY(top_alternative()));
        } while (reader_.skip(U'|'));
        if (!reader_.is_at_end()) return malformed("an unmatched )");
        TRY(check_references());
        if (unsupported_) return *unsupported_;
        alternatives = join(std::move(alternatives));
        for (auto& alternative : alternatives) {
            alternative.translated = TRY(check_size(std::move(alternative.translated)));
            for (auto& lookahead : alternative.lookaheads)
                lookahead.translated = TRY(check_size(std::move(lookahead.translated)));
        }
        return alternatives;
    }

private:
    // Where nothing looks ahead, they are one pattern.
    static std::vector<Alternative> join(std::vector<Alternative> alternatives) {
        for (const auto& alternative : alternatives) {
            if (!alternative.lookaheads.empty()) return alternatives;
        }
        for (std::size_t i = 1; i < alternatives.size(); ++i) {
            append_alternative(alternatives.front().translated, alternatives[i].translated);
        }
        alternatives.resize(1);
        return alternatives;
    }

    Result<Alternative> top_alternative() {
        const std::size_t begin = reader_.offset();
        Alternative found;
        bool is_anchored = false;
        while (true) {
            if (reader_.skip(U'^')) {
                is_anchored = true;
                TRY(assertion(""));
            } else if (reader_.skip(U"(?=")) {
                found.lookaheads.push_back(TRY(leading_lookahead(false)));
            } else if (reader_.skip(U"(?!")) {
                found.lookaheads.push_back(TRY(leading_lookahead(true)));
            } else {
                break;
            }
        }
        if (!is_anchored) {
            reader_.go_back_to(begin);
            found.lookaheads.clear();
        }
        if (is_anchored) found.translated.text = "\\A";
        append(found.translated, TRY(alternative(0)));
        return found;
    }

    Result<Lookahead> leading_lookahead(bool is_negative) {
        const Fragment inside = TRY(disjunction(1));
        if (!reader_.skip(U')')) return malformed(") is missing");
        const auto counts = TRY(quantifier());
        if (counts) note_unsupported("a repeated lookahead cannot be checked;");
        Fragment anchored{"\\A"};
        append(anchored, group(inside));
        return Lookahead{anchored, is_negative};
    }

    Error malformed(std::string_view what) const { return reader_.error(Reason::malformed, what); }
    Error malformed_before(std::string_view what) const { return reader_.error_before(Reason::malformed, what); }

    void note_unsupported(std::string_view what) {
        if (!unsupported_) unsupported_ = reader_.error(Reason::invalid, what);
    }

    Result<void> check_references() const {
        if (largest_reference_ > groups_) return Error{Reason::malformed, "a reference to a group that does not exist"};
        for (const auto& name : referenced_names_) {
            if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
                return Error{Reason::malformed, "a reference to a group that does not exist"};
            }
        }
        return {};
    }

    Result<Fragment> disjunction(int nesting) {
        if (nesting > group_nesting_max) return malformed("groups nested too deep");
        Fragment choice = TRY(alternative(nesting));
        while (reader_.skip(U'|')) {
            append_alternative(choice, TRY(alternative(nesting)));
        }
        return choice;
    }

    Result<Fragment> alternative(int nesting) {
        Fragment sequence;
        while (!reader_.is_at_end() && reader_.peek() != U'|' && reader_.peek() != U')') {
            append(sequence, TRY(term(nesting)));
        }
        return sequence;
    }

    Result<Fragment> term(int nesting) {
        if (reader_.skip(U'^')) return assertion("\\A");
        if (reader_.skip(U'$')) return assertion("\\z");
        if (reader_.skip(U"\\b")) return assertion("\\b");
        if (reader_.skip(U"\\B")) return assertion("\\B");
        for (const auto lookaround : {U"(?=", U"(?!", U"(?<=", U"(?<!"}) {
            if (reader_.skip(lookaround)) return skip_lookaround(nesting);
        }
        const Fragment repeated = TRY(atom(nesting));
        const auto counts = TRY(quantifier());
        if (!counts) return repeated;
        reader_.skip(U'?');  // lazy: the same language
        return repeat(repeated, *counts);
    }

    Result<Fragment> assertion(std::string_view translated) {
        const auto counts = TRY(quantifier());
        if (counts) return malformed_before("a repeated assertion");
        return Fragment{std::string(translated)};
    }

    Result<Fragment> skip_lookaround(int nesting) {
        note_unsupported("lookahead, except after ^ at the beginning, and lookbehind cannot be checked;");
        TRY(disjunction(nesting + 1));
        if (!reader_.skip(U')')) return malformed(") is missing");
        TRY(quantifier());  // on a lookahead, for the sake of old patterns
        return Fragment{};
    }

    // Nothing if none follows. A { that begins no quantifier is left for atom() to take as itself.
    Result<std::optional<Counts>> quantifier() {
        if (reader_.skip(U'*')) return std::optional<Counts>(Counts{0, std::nullopt});
        if (reader_.skip(U'+')) return std::optional<Counts>(Counts{1, std::nullopt});
        if (reader_.skip(U'?')) return std::optional<Counts>(Counts{0, 1});
        const auto counts = braces();
        if (counts && counts->max && *counts->max < counts->min) {
            return malformed_before("the repetition's bounds are in the wrong order");
        }
        return counts;
    }

    std::optional<Counts> braces() {
        const std::size_t begin = reader_.offset();
        std::optional<Counts> counts;
        if (reader_.skip(U'{')) counts = braces_after_the_first();
        if (!counts) reader_.go_back_to(begin);
        return counts;
    }

    std::optional<Counts> braces_after_the_first() {
        const auto min = number();
        if (!min) return std::nullopt;
        if (reader_.skip(U'}')) return Counts{*min, *min};
        if (!reader_.skip(U',')) return std::nullopt;
        if (reader_.skip(U'}')) return Counts{*min, std::nullopt};
        const auto max = number();
        if (!max || !reader_.skip(U'}')) return std::nullopt;
        return Counts{*min, *max};
    }

    std::optional<std::uint64_t> number() {
        constexpr std::uint64_t more_than_can_be_compiled = 1'000'000'000;
        if (!is_digit(reader_.peek())) return std::nullopt;
        std::uint64_t number = 0;
        while (is_digit(reader_.peek()))
            number = std::min(number * 10 + (reader_.next() - U'0'), more_than_can_be_compiled);
        return number;
    }

    Result<Fragment> atom(int nesting) {
        if (reader_.skip(U'(')) return parenthesised(nesting);
        if (reader_.skip(U'[')) return character_class_after_bracket();
        if (reader_.skip(U'.')) return character_class("\\n\\r\\x{2028}\\x{2029}", true);
        if (reader_.skip(U'\\')) return atom_escape();
        if (is_in(U"*+?", reader_.peek()) || braces()) return malformed("a repetition of nothing");
        return Fragment{literal(reader_.next())};
    }

    Result<Fragment> parenthesised(int nesting) {
        if (reader_.skip(U"?<")) {
            const std::string name = TRY(group_name());
            if (std::find(names_.begin(), names_.end(), name) != names_.end())
                return malformed_before("a group name used twice");
            names_.push_back(name);
            ++groups_;
        } else if (!reader_.skip(U"?:")) {
            if (reader_.peek() == U'?') return malformed("an unknown kind of group");
            ++groups_;
        }
        const Fragment inside = TRY(disjunction(nesting + 1));
        if (!reader_.skip(U')')) return malformed(") is missing");
        return group(inside);
    }

    // After the opening <.
    Result<std::string> group_name() {
        std::string name;
        if (is_digit(reader_.peek())) return malformed("a group name cannot begin with a digit");
        while (is_name_character(reader_.peek())) append_utf8(name, reader_.next());
        if (name.empty() || !reader_.skip(U'>')) return malformed("a group name is wrong");
        return name;
    }

    // After the backslash, outside a class.
    Result<Fragment> atom_escape() {
        if (reader_.peek() >= U'1' && reader_.peek() <= U'9') {
            largest_reference_ = std::max(largest_reference_, *number());
            note_unsupported("back-references cannot be checked;");
            return Fragment{"(?:)"};
        }
        if (reader_.skip(U"k<")) {
            referenced_names_.push_back(TRY(group_name()));
            note_unsupported("back-references cannot be checked;");
            return Fragment{"(?:)"};
        }
        const ClassAtom escaped = TRY(escape(false));
        if (!escaped.code_point) return character_class(escaped.items, false);
        return is_surrogate(*escaped.code_point) ? character_class("", false) : Fragment{literal(*escaped.code_point)};
    }

    // CharacterClassEscape and CharacterEscape, after the backslash.
    Result<ClassAtom> escape(bool is_in_class) {
        if (reader_.is_at_end()) return malformed("nothing follows the backslash");
        if (const auto set = character_set_escape(reader_.peek())) {
            reader_.next();
            return ClassAtom{.items = *set};
        }
        if (reader_.peek() == U'p' || reader_.peek() == U'P') return unicode_property();
        if (is_in_class && reader_.skip(U'b')) return ClassAtom{.code_point = U'\b'};
        const char32_t code_point = TRY(character_escape());
        return ClassAtom{.code_point = code_point};
    }

    static std::optional<std::string> character_set_escape(char32_t letter) {
        switch (letter) {
        case U'd': return "\\d";
        case U'D': return "\\D";
        case U'w': return "\\w";
        case U'W': return "\\W";
        case U's': return ecma_white_space().render();
        case U'S': return ecma_white_space().complement().render();
        default: return std::nullopt;
        }
    }

    Result<ClassAtom> unicode_property() {
        const bool is_negated = reader_.next() == U'P';
        if (!reader_.skip(U'{')) return malformed("{ is missing");
        std::string name;
        while (is_ascii_letter(reader_.peek()) || is_digit(reader_.peek()) || is_in(U"_=", reader_.peek())) {
            append_utf8(name, reader_.next());
        }
        if (name.empty() || !reader_.skip(U'}')) return malformed("a property name is wrong");
        for (std::string_view prefix : {"General_Category=", "gc=", "Script=", "sc="}) {
            if (name.starts_with(prefix)) name.erase(0, prefix.size());
        }
        const auto items = find_property(name, is_negated);
        if (!items) note_unsupported(fmt::format("the Unicode property {} is not known here;", name));
        return ClassAtom{.items = items.value_or("a")};
    }

    Result<char32_t> character_escape() {
        const char32_t first = reader_.next();
        switch (first) {
        case U't': return U'\t';
        case U'n': return U'\n';
        case U'v': return U'\v';
        case U'f': return U'\f';
        case U'r': return U'\r';
        case U'c':
            if (!is_ascii_letter(reader_.peek())) return malformed("\\c wants a letter");
            return reader_.next() % 32;
        case U'0':
            if (is_digit(reader_.peek())) return malformed("octal escapes do not exist");
            return U'\0';
        case U'x': return hex_digits(2);
        case U'u': return unicode_escape();
        default: break;
        }
        if (is_ascii_letter(first) || is_digit(first)) return malformed_before("an unknown escape");
        return first;  // identity
    }

    Result<char32_t> hex_digits(int count) {
        char32_t value = 0;
        for (int i = 0; i < count; ++i) {
            const int digit = hex_value(reader_.peek());
            if (digit < 0) return malformed("a hexadecimal digit is missing");
            value = value * 16 + static_cast<char32_t>(digit);
            reader_.next();
        }
        return value;
    }

    // A lone surrogate is returned as it is: it matches nothing, since text is UTF-8.
    Result<char32_t> unicode_escape() {
        if (reader_.skip(U'{')) return braced_code_point();
        const char32_t first = TRY(hex_digits(4));
        if (!is_high_surrogate(first)) return first;
        const std::size_t after_first = reader_.offset();
        if (reader_.skip(U"\\u") && reader_.peek() != U'{') {
            const char32_t second = TRY(hex_digits(4));
            if (is_low_surrogate(second)) return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        }
        reader_.go_back_to(after_first);
        return first;
    }

    Result<char32_t> braced_code_point() {
        char32_t value = 0;
        if (hex_value(reader_.peek()) < 0) return malformed("a hexadecimal digit is missing");
        while (hex_value(reader_.peek()) >= 0) {
            value = value * 16 + static_cast<char32_t>(hex_value(reader_.next()));
            if (value > 0x10FFFF) return malformed("a code point beyond U+10FFFF");
        }
        if (!reader_.skip(U'}')) return malformed("} is missing");
        return value;
    }

    Result<Fragment> character_class_after_bracket() {
        const bool is_negated = reader_.skip(U'^');
        std::string items;
        while (!reader_.skip(U']')) {
            const ClassAtom first = TRY(class_atom());
            if (reader_.peek() != U'-' || reader_.peek(1) == U']') {
                append_item(items, first);
                continue;
            }
            reader_.next();
            const ClassAtom last = TRY(class_atom());
            TRY(append_range(items, first, last));
        }
        return character_class(items, is_negated);
    }

    Result<ClassAtom> class_atom() {
        if (reader_.is_at_end()) return malformed("] is missing");
        if (reader_.skip(U'\\')) return escape(true);
        return ClassAtom{.code_point = reader_.next()};
    }

    static void append_item(std::string& items, const ClassAtom& atom) {
        if (!atom.code_point) {
            items += atom.items;
        } else if (!is_surrogate(*atom.code_point)) {
            items += literal(*atom.code_point);
        }
    }

    // [\w-x] is three things, for the sake of old patterns.
    Result<void> append_range(std::string& items, const ClassAtom& first, const ClassAtom& last) {
        if (!first.code_point || !last.code_point) {
            append_item(items, first);
            items += literal(U'-');
            append_item(items, last);
            return {};
        }
        if (*last.code_point < *first.code_point) return malformed_before("a range in the wrong order");
        items += literal(*first.code_point) + "-" + literal(*last.code_point);
        return {};
    }

    PatternReader reader_;
    std::optional<Error> unsupported_;
    std::uint64_t groups_ = 0;
    std::uint64_t largest_reference_ = 0;
    std::vector<std::string> names_;
    std::vector<std::string> referenced_names_;
};

}  // namespace

Result<std::vector<Alternative>> translate_ecma(std::string_view pattern) {
    return Translator(TRY(PatternReader::open(pattern))).translate();
}

}  // namespace regex
