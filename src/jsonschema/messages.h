// What a violation says. Used by the validation only. No message quotes a string of the instance: it may be a secret.

#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "jsonschema/compiled.h"

namespace jsonschema {

unsigned types_of(const boost::json::value& instance);
std::string_view name_type(const boost::json::value& instance);  // "an object"
std::string name_types(unsigned types);                          // "an object or null"

std::string name_number(const boost::json::value& number);  // 17.25, not 1.725E1

std::string name_values(const std::vector<boost::json::value>& values, bool is_const);
std::string name_count(const CountBound& bound, std::uint64_t counted);
std::string name_contained(std::string_view bound, std::uint64_t limit, std::uint64_t matched);

std::string quote(std::string_view name);

// Cut at a character, with "..." where something is missing.
std::string shorten(std::string text);

}  // namespace jsonschema
