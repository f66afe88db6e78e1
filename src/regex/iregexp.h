// I-Regexp (RFC 9485) to RE2. Used by regex.cc only.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace regex {

Result<std::string> translate_iregexp(std::string_view pattern);

}  // namespace regex
