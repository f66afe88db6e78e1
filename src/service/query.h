// The query of a request's target: name=value&..., percent-decoded, "+" as a space.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace service {

struct QueryParameter {
    std::string name;
    std::string value;
};

// In the order sent, each as often as sent. Refuses (malformed): a percent sign without two digits, U+0000, what is not
// UTF-8 once decoded, more than 100 parameters.
Result<std::vector<QueryParameter>> parse_query(std::string_view query);

// The first of that name; null: none.
const std::string* find_parameter(const std::vector<QueryParameter>&, std::string_view name);

}  // namespace service
