// Fills in the defaults of a compiled schema. Used by schema.cc only.

#pragma once

#include <boost/json/value.hpp>

#include "core/result.h"
#include "jsonschema/compiled.h"

namespace jsonschema {

// Null if the node has none, through $ref and allOf.
const boost::json::value* find_default(const Node& node);

// Refuses (limit_exceeded) and leaves an instance that is half filled.
Result<void> fill_defaults(const Node& node, boost::json::value& instance);

}  // namespace jsonschema
