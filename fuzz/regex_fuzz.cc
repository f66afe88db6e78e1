// regex::Regex on any pattern in both grammars, against any text: the first line is the pattern, the rest the text. No
// crash, nothing that takes long, and what matches the whole text matches somewhere.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "regex/regex.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check(const Result<regex::Regex>& compiled, std::string_view text) {
    if (!compiled.ok()) {
        require(!compiled.error().detail.empty());
        require(compiled.error().reason == Reason::malformed || compiled.error().reason == Reason::invalid);
        return;
    }
    const auto& regex = compiled.value();
    if (regex.steps_for(text.size()) > 100'000) return;
    const bool is_somewhere = regex.matches_somewhere(text);
    require(is_somewhere || !regex.matches_whole(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(input.find('\n'), input.size());
    const std::string_view pattern = input.substr(0, line);
    const std::string_view text = input.substr(std::min(line + 1, input.size()));
    const auto ecma = regex::Regex::compile_ecma(pattern);
    require(regex::Regex::is_ecma(pattern) == (ecma.ok() || ecma.error().reason != Reason::malformed));
    check(ecma, text);
    check(regex::Regex::compile_iregexp(pattern), text);
    return 0;
}
