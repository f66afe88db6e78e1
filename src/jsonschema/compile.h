// Makes nodes of the schemas that can be reached from one. Used by schema.cc only.

#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string_view>

#include "core/result.h"
#include "jsonschema/compiled.h"
#include "jsonschema/schema.h"

namespace jsonschema {

Result<std::shared_ptr<const CompiledSchema>> compile(const boost::json::value& document, std::string_view base_uri,
                                                      const Resolver& resolver, const Options& options);

}  // namespace jsonschema
