// The metaschemas of draft 2020-12, which are part of the program.

#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace jsonschema {

// Null if it is none of them.
const boost::json::value* find_metaschema(std::string_view uri);

}  // namespace jsonschema
