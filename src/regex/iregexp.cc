#include "regex/iregexp.h"

#include <algorithm>
#include <array>

#include "regex/code_point_set.h"
#include "regex/fragment.h"
#include "regex/pattern_reader.h"

namespace regex {
namespace {

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != std::u32string_view::npos; }

// Functions carry the names of the grammar in RFC 9485, section 4. By that grammar an unescaped ^ or $ is an ordinary
// character; in each of the mappings of its section 5 it is an anchor. The compliance suite of JSONPath follows the
// mappings, and so does this.
class Translator {
public:
    explicit Translator(PatternReader reader) : reader_(std::move(reader)) {}

    Result<Fragment> translate() {
        const Fragment whole = TRY(i_regexp(0));
        if (!reader_.is_at_end()) return malformed("unexpected character");
        return check_size(whole);
    }

private:
    Error malformed(std::string_view what) const { return reader_.error(Reason::malformed, what); }
    Error malformed_before(std::string_view what) const { return reader_.error_before(Reason::malformed, what); }

    Result<Fragment> i_regexp(int nesting) {
        if (nesting > group_nesting_max) return malformed("groups nested too deep");
        Fragment choice = TRY(branch(nesting));
        while (reader_.skip(U'|')) {
            append_alternative(choice, TRY(branch(nesting)));
        }
        return choice;
    }

    Result<Fragment> branch(int nesting) {
        Fragment sequence;
        while (!reader_.is_at_end() && reader_.peek() != U'|' && reader_.peek() != U')') {
            append(sequence, TRY(piece(nesting)));
        }
        return sequence;
    }

    Result<Fragment> piece(int nesting) {
        const Fragment repeated = TRY(atom(nesting));
        if (reader_.skip(U'*')) return repeat(repeated, {0, std::nullopt});
        if (reader_.skip(U'+')) return repeat(repeated, {1, std::nullopt});
        if (reader_.skip(U'?')) return repeat(repeated, {0, 1});
        if (!reader_.skip(U'{')) return repeated;
        const Counts counts = TRY(range_quantifier());
        return repeat(repeated, counts);
    }

    Result<Counts> range_quantifier() {
        const std::uint64_t min = TRY(quant_exact());
        if (reader_.skip(U'}')) return Counts{min, min};
        if (!reader_.skip(U',')) return malformed("a comma or } is missing");
        if (reader_.skip(U'}')) return Counts{min, std::nullopt};
        const std::uint64_t max = TRY(quant_exact());
        if (!reader_.skip(U'}')) return malformed("} is missing");
        if (max < min) return malformed_before("the repetition's bounds are in the wrong order");
        return Counts{min, max};
    }

    Result<std::uint64_t> quant_exact() {
        constexpr std::uint64_t more_than_can_be_compiled = 1'000'000'000;
        const auto is_digit = [&] { return reader_.peek() >= U'0' && reader_.peek() <= U'9'; };
        if (!is_digit()) return malformed("a number is missing");
        std::uint64_t number = 0;
        while (is_digit()) number = std::min(number * 10 + (reader_.next() - U'0'), more_than_can_be_compiled);
        return number;
    }

    Result<Fragment> atom(int nesting) {
        if (reader_.skip(U'(')) {
            const Fragment inside = TRY(i_regexp(nesting + 1));
            if (!reader_.skip(U')')) return malformed(") is missing");
            return group(inside);
        }
        if (reader_.skip(U'.')) return character_class("\\n\\r", true);
        if (reader_.skip(U'[')) return char_class_expr();
        if (reader_.skip(U'\\')) return escape();
        if (reader_.skip(U'^')) return Fragment{"(?:\\A)"};
        if (reader_.skip(U'$')) return Fragment{"(?:\\z)"};
        if (is_in(U")*+?]{|}", reader_.peek())) return malformed("a character that must be escaped");
        return Fragment{literal(reader_.next())};
    }

    Result<Fragment> escape() {
        std::string items;
        if (reader_.peek() == U'p' || reader_.peek() == U'P') {
            TRY(append_category(items));
        } else {
            const char32_t character = TRY(single_char_esc());
            items = literal(character);
        }
        return character_class(items, false);
    }

    // After the backslash.
    Result<char32_t> single_char_esc() {
        if (reader_.skip(U'n')) return U'\n';
        if (reader_.skip(U'r')) return U'\r';
        if (reader_.skip(U't')) return U'\t';
        if (!is_in(U"()*+-.?[\\]^{|}", reader_.peek())) return malformed("an unknown escape");
        return reader_.next();
    }

    // catEsc and complEsc, after the backslash.
    Result<void> append_category(std::string& items) {
        const bool is_negated = reader_.next() == U'P';
        if (!reader_.skip(U'{')) return malformed("{ is missing");
        std::string name;
        while (!reader_.is_at_end() && reader_.peek() != U'}' && reader_.peek() < 0x80 && name.size() < 3) {
            name.push_back(static_cast<char>(reader_.next()));
        }
        if (!reader_.skip(U'}') || !is_category(name)) return malformed("an unknown Unicode category");
        if (name != "C" && name != "Cn") {
            items += (is_negated ? "\\P{" : "\\p{") + name + "}";
            return {};
        }
        CodePointSet set = unassigned_code_points();
        if (name == "Cn") {
            items += is_negated ? set.complement().render() : set.render();
        } else {
            items += is_negated ? "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}" : set.render() + "\\p{Cc}\\p{Cf}\\p{Co}";
        }
        return {};
    }

    static bool is_category(std::string_view name) {
        constexpr std::array<std::string_view, 7> categories = {"Lllmotu", "Mcen",  "Ndlo", "Pcdefios",
                                                                "Zlps",    "Sckmo", "Ccfno"};
        return std::any_of(categories.begin(), categories.end(), [&](std::string_view category) {
            if (name.empty() || name[0] != category[0]) return false;
            return name.size() == 1 || (name.size() == 2 && category.substr(1).find(name[1]) != std::string_view::npos);
        });
    }

    // After the opening bracket: [ "^" ] ( "-" / CCE1 ) *CCE1 [ "-" ] "]"
    Result<Fragment> char_class_expr() {
        const bool is_negated = reader_.skip(U'^');
        std::string items;
        if (reader_.skip(U'-')) items += literal(U'-');
        while (!reader_.skip(U']')) {
            if (reader_.is_at_end()) return malformed("] is missing");
            if (reader_.peek() == U'-') {
                if (items.empty() || reader_.peek(1) != U']') return malformed("a - that must be escaped");
                reader_.next();
                items += literal(U'-');
            } else {
                TRY(append_class_item(items));
            }
        }
        if (items.empty()) return malformed_before("an empty class");
        return character_class(items, is_negated);
    }

    // CCE1
    Result<void> append_class_item(std::string& items) {
        const bool is_category = reader_.peek() == U'\\' && (reader_.peek(1) == U'p' || reader_.peek(1) == U'P');
        if (is_category) {
            reader_.next();
            return append_category(items);
        }
        const char32_t first = TRY(class_character());
        if (reader_.peek() != U'-' || reader_.peek(1) == U']') {
            items += literal(first);
            return {};
        }
        reader_.next();
        const char32_t last = TRY(class_character());
        if (last < first) return malformed_before("a range in the wrong order");
        items += literal(first) + "-" + literal(last);
        return {};
    }

    // CCchar
    Result<char32_t> class_character() {
        if (reader_.skip(U'\\')) return single_char_esc();
        if (reader_.is_at_end()) return malformed("] is missing");
        if (is_in(U"-[]", reader_.peek())) return malformed("a character that must be escaped");
        return reader_.next();
    }

    PatternReader reader_;
};

}  // namespace

Result<Fragment> translate_iregexp(std::string_view pattern) {
    return Translator(TRY(PatternReader::open(pattern))).translate();
}

}  // namespace regex
