// ECMA-262 patterns to RE2. Used by regex.cc only.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace regex {

Result<std::string> translate_ecma(std::string_view pattern);

}  // namespace regex
