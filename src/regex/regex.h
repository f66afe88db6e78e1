// A regular expression in somebody else's grammar, run on RE2: in time linear in the text, whatever the pattern. Called
// by JSONPath (I-Regexp), JSON Schema (`pattern`) and workflow criteria (ECMAScript). It never backtracks, and never
// captures.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/result.h"

namespace regex {

struct Program;

enum class Case { significant, ignored };

// Immutable, cheap to copy, and safe to use from several threads at once.
class Regex {
public:
    // ECMA-262 with the u flag, as JSON Schema asks for, and forgiving where the flag is stricter than common use:
    // escaped punctuation (\- \@ \_) and lone { } ] stand for themselves. Refuses (malformed) what is no pattern, and
    // (invalid) what is one but cannot be run here in linear time: back-references and lookaround, except lookahead
    // after ^ at the beginning; also repetitions too large to compile, and Unicode properties that RE2 does not know.
    static Result<Regex> compile_ecma(std::string_view pattern, Case letters = Case::significant);

    // Whether compile_ecma() would not call it malformed; without the time that compiling takes.
    static bool is_ecma(std::string_view pattern);

    // I-Regexp (RFC 9485), all of it. Refuses (malformed) anything else, (invalid) a repetition too large to compile.
    static Result<Regex> compile_iregexp(std::string_view pattern);

    bool matches_whole(std::string_view text) const;
    bool matches_somewhere(std::string_view text) const;

    // What a match of so many bytes may cost at worst, and what compiling did cost, in steps of about 100 ns: for
    // callers that keep a budget.
    std::uint64_t steps_for(std::size_t text_bytes) const;
    std::uint64_t steps_to_compile() const;

private:
    explicit Regex(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

    std::shared_ptr<const Program> program_;
};

}  // namespace regex
