// The grammar and the type rules of RFC 9535. Used by query.cc only.

#pragma once

#include <string_view>

#include "core/result.h"
#include "jsonpath/tree.h"

namespace jsonpath {

Result<Path> parse(std::string_view text);

}  // namespace jsonpath
