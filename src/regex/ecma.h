// ECMA-262 patterns to RE2. Used by regex.cc only.

#pragma once

#include <string_view>
#include <vector>

#include "core/result.h"
#include "regex/fragment.h"

namespace regex {

struct Lookahead {
    Fragment translated;  // anchored at the beginning of the text
    bool is_negative;
};

// One of the alternatives of a pattern: it matches where `translated` does, if all lookaheads hold.
struct Alternative {
    Fragment translated;
    std::vector<Lookahead> lookaheads = {};
};

// At least one.
Result<std::vector<Alternative>> translate_ecma(std::string_view pattern);

}  // namespace regex
