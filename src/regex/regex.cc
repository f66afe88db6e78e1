#include "regex/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "regex/ecma.h"
#include "regex/iregexp.h"

namespace regex {
namespace {

constexpr std::int64_t memory_bytes_max = 8 * 1024 * 1024;  // for the program and the states found while matching

Result<std::shared_ptr<const re2::RE2>> compile(const std::string& translated) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(memory_bytes_max);
    auto program = std::make_shared<const re2::RE2>(translated, options);
    if (program->ok()) return program;
    return Error{Reason::invalid, fmt::format("the pattern cannot be compiled: {}", program->error())};
}

re2::StringPiece as_piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<Regex> Regex::compile_ecma(std::string_view pattern) { return Regex(TRY(compile(TRY(translate_ecma(pattern))))); }

bool Regex::is_ecma(std::string_view pattern) {
    const auto translated = translate_ecma(pattern);
    return translated.ok() || translated.error().reason != Reason::malformed;
}

Result<Regex> Regex::compile_iregexp(std::string_view pattern) {
    return Regex(TRY(compile(TRY(translate_iregexp(pattern)))));
}

bool Regex::matches_whole(std::string_view text) const {
    return program_->Match(as_piece(text), 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Regex::matches_somewhere(std::string_view text) const {
    return program_->Match(as_piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

// At worst RE2 walks the whole program for each byte; for small programs its table of states makes that one look-up.
std::uint64_t Regex::steps_for(std::size_t text_bytes) const {
    const auto program_size = static_cast<std::uint64_t>(std::max(1, program_->ProgramSize()));
    return 1 + text_bytes * (1 + program_size / 16) / 16;
}

}  // namespace regex
