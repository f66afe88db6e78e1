// The values of `format` that can be asserted. Used by the compiler of schemas; each check takes a string or, where
// said, a number, and never a locale.

#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace jsonschema {

struct FormatCheck {
    std::string_view name;
    std::string_view noun;  // "an e-mail address"
    bool (*is_met)(const boost::json::value& instance);
    bool is_openapi_only = false;
};

// Null if the format is only an annotation here.
const FormatCheck* find_format(std::string_view name);

}  // namespace jsonschema
