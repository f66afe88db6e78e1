// The query of a request's target: name=value&..., percent-decoded, "+" as a space.
// The "+" of an e-mail address is often sent as it is: QueryParameter::literal has it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace service {

struct QueryParameter {
    std::string name;
    std::string value;
    std::string literal = {};  // the value where a plus sign is no space: for what is full of them, as addresses are
};

// In the order sent, each as often as sent. Refuses (malformed): a percent sign without two digits, U+0000, what is not
// UTF-8 once decoded, more than 100 parameters.
Result<std::vector<QueryParameter>> parse_query(std::string_view query);

// The first of that name; null: none.
const std::string* find_parameter(const std::vector<QueryParameter>&, std::string_view name);

}  // namespace service
