#include "regex/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "regex/ecma.h"
#include "regex/iregexp.h"

namespace regex {
namespace {

constexpr std::int64_t memory_bytes_max = 8 * 1024 * 1024;  // for the program and the states found while matching

std::unique_ptr<const re2::RE2> compile(const std::string& translated, Case letters) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_case_sensitive(letters == Case::significant);
    options.set_max_mem(memory_bytes_max);
    return std::make_unique<const re2::RE2>(translated, options);
}

re2::StringPiece as_piece(std::string_view text) { return {text.data(), text.size()}; }

bool matches(const re2::RE2& program, std::string_view text, re2::RE2::Anchor anchor) {
    return program.Match(as_piece(text), 0, text.size(), anchor, nullptr, 0);
}

}  // namespace

struct Program {
    struct Condition {
        std::unique_ptr<const re2::RE2> lookahead;
        bool is_negative;
    };
    struct Choice {
        std::unique_ptr<const re2::RE2> pattern;
        std::vector<Condition> conditions;
    };

    std::vector<Choice> choices;
    std::uint64_t size = 0;              // in instructions of RE2
    std::uint64_t steps_to_compile = 0;  // as measured

    Result<std::unique_ptr<const re2::RE2>> add(const Fragment& translated, Case letters = Case::significant) {
        auto compiled = compile(translated.text, letters);
        if (!compiled->ok()) {
            return Error{Reason::invalid, fmt::format("the pattern cannot be compiled: {}", compiled->error())};
        }
        const auto instructions = static_cast<std::uint64_t>(std::max(1, compiled->ProgramSize()));
        size += instructions;
        steps_to_compile += 100 + 7 * instructions + translated.choices * translated.choices / 10;
        return compiled;
    }

    bool matches(std::string_view text, re2::RE2::Anchor anchor) const {
        return std::any_of(choices.begin(), choices.end(), [&](const Choice& choice) {
            return regex::matches(*choice.pattern, text, anchor) &&
                   std::all_of(choice.conditions.begin(), choice.conditions.end(), [&](const Condition& condition) {
                       return regex::matches(*condition.lookahead, text, re2::RE2::ANCHOR_START) !=
                              condition.is_negative;
                   });
        });
    }
};

Result<Regex> Regex::compile_ecma(std::string_view pattern, Case letters) {
    auto program = std::make_shared<Program>();
    for (const auto& alternative : TRY(translate_ecma(pattern))) {
        Program::Choice choice{.pattern = TRY(program->add(alternative.translated, letters))};
        for (const auto& [translated, is_negative] : alternative.lookaheads) {
            choice.conditions.push_back({TRY(program->add(translated, letters)), is_negative});
        }
        program->choices.push_back(std::move(choice));
    }
    return Regex(std::move(program));
}

bool Regex::is_ecma(std::string_view pattern) {
    const auto translated = translate_ecma(pattern);
    return translated.ok() || translated.error().reason != Reason::malformed;
}

Result<Regex> Regex::compile_iregexp(std::string_view pattern) {
    auto program = std::make_shared<Program>();
    program->choices.push_back({.pattern = TRY(program->add(TRY(translate_iregexp(pattern))))});
    return Regex(std::move(program));
}

bool Regex::matches_whole(std::string_view text) const { return program_->matches(text, re2::RE2::ANCHOR_BOTH); }

bool Regex::matches_somewhere(std::string_view text) const { return program_->matches(text, re2::RE2::UNANCHORED); }

// At worst RE2 walks the whole program for each byte; for small programs its table of states makes that one look-up.
std::uint64_t Regex::steps_for(std::size_t text_bytes) const { return 1 + text_bytes * (1 + program_->size / 16) / 16; }

std::uint64_t Regex::steps_to_compile() const { return program_->steps_to_compile; }

}  // namespace regex
