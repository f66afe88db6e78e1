// Finds the route that a method and a path name. Pure; shared by all dialects.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/dialect.h"

namespace service {

struct Match {
    const Route* route = nullptr;          // null: the path is unknown, or knows other methods only
    std::vector<std::string> path_values;  // decoded
    std::string allow;                     // "GET, HEAD, PATCH": the methods that the path knows; empty: unknown path
};

// HEAD is answered where GET is (RFC 9110 9.3.2). A slash at the end does not matter.
Match find_route(const std::vector<Route>&, http::Method, std::string_view path, bool ignores_case = false);

// Of a path that no route has: how far it goes along one of them, and "*" for the rest. "/api/v1/*"
std::string describe_near(const std::vector<Route>&, std::string_view path, bool ignores_case = false);

// %2F and the like; absent: not well formed, U+0000, or not UTF-8 once decoded.
std::optional<std::string> decode_percent(std::string_view);

}  // namespace service
