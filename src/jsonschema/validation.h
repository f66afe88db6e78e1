// Checks one instance against a compiled schema. Used by schema.cc only.

#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <vector>

#include "jsonschema/compiled.h"
#include "jsonschema/schema.h"

namespace jsonschema {

std::vector<Violation> find_violations(const CompiledSchema& schema, const boost::json::value& instance,
                                       std::size_t violations_max, std::uint64_t steps_max);

}  // namespace jsonschema
