// Finds the values of an instance that a compiled schema calls secrets. Used by schema.cc only.

#pragma once

#include <boost/json/value.hpp>
#include <vector>

#include "jsonschema/compiled.h"

namespace jsonschema {

std::vector<const boost::json::value*> find_secrets(const CompiledSchema&, const boost::json::value& instance);

}  // namespace jsonschema
