// JSON as dialects take it from callers: RFC 8259 strictly, and stricter where software disagrees about the meaning.

#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace json {

// Refuses (malformed): what is not JSON or not UTF-8, a byte order mark, members of one name in one object, U+0000 in a
// string, a number outside the range of a double, more than 32 levels.
Result<boost::json::value> read_json(std::string_view text);

// The member of an object; null when there is none.
inline const boost::json::value* find_member(const boost::json::object& object, std::string_view name) {
    return object.if_contains(name);
}

// Appends text as a JSON string, with quotes. Text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace json
