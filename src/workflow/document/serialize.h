// Parameters as text, by OpenAPI's style and explode (OpenAPI 3.1 "Style Values", RFC 6570), and form bodies. Pure
// functions.
//
// A value inside an array or object that is itself an array or object has no style: it is written as JSON.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "workflow/document/openapi.h"

namespace workflow {

// For {name} in a path, percent-encoded.
std::string serialize_in_path(const ApiParameter&, const json::value&);

// "name=value" pieces of a query, percent-encoded, to be joined with '&'. Empty for an empty array or object.
std::vector<std::string> serialize_in_query(const ApiParameter&, const json::value&);

std::string serialize_in_header(const ApiParameter&, const json::value&);

// "name=value" pieces of a Cookie header.
std::vector<std::string> serialize_in_cookie(const ApiParameter&, const json::value&);

// application/x-www-form-urlencoded. `encoding`: the media type's Encoding Objects by property, may be empty. Arrays
// repeat their name; objects are JSON, unless a style is given (deepObject nests).
std::string serialize_form(const json::object&, const ApiNode& encoding);

// How a parameter is written that the operation does not declare.
ApiParameter undeclared_parameter(ParameterPlace, std::string name);

}  // namespace workflow
