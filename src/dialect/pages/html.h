// What pages share: text in HTML, and what a page may do. Used by the dialects that show pages.

#pragma once

#include <string>
#include <string_view>

namespace service {

// For text and for values of attributes in double quotes.
std::string escape_html(std::string_view);

// Of a page without scripts, whose only style sheet is `style` and whose forms come back here: no request leaves it.
std::string content_security_policy(std::string_view style);

}  // namespace service
