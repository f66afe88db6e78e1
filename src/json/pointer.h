// JSON Pointer (RFC 6901): names a value inside a document. For everything that points into JSON or leads through it.

#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace json {

// Appends "/token", escaped.
void append_token(std::string& pointer, std::string_view token);

// The tokens, unescaped; nothing if it is no JSON Pointer.
std::optional<std::vector<std::string>> split_pointer(std::string_view pointer);

// The member or element of that name; null if there is none. An index has no leading zeros.
const boost::json::value* find_child(const boost::json::value& parent, std::string_view token);

// Null if the pointer is none or leads nowhere.
const boost::json::value* find_by_pointer(const boost::json::value& document, std::string_view pointer);

}  // namespace json
