// Text in HTML. Used by the dialects that show pages.

#pragma once

#include <string>
#include <string_view>

namespace dialect {

// For text and for values of attributes in double quotes.
std::string escape_html(std::string_view);

}  // namespace dialect
