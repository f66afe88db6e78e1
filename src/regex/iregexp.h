// I-Regexp (RFC 9485) to RE2. Used by regex.cc only.

#pragma once

#include <string_view>

#include "core/result.h"
#include "regex/fragment.h"

namespace regex {

Result<Fragment> translate_iregexp(std::string_view pattern);

}  // namespace regex
