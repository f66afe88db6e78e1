#include "service/bearer.h"

#include "core/ascii.h"

namespace service {

std::optional<std::string_view> find_bearer_token(const http::Request& request) {
    const std::string* header = request.headers.find("authorization");
    if (!header || request.headers.count("authorization") != 1) return std::nullopt;
    constexpr std::string_view scheme = "bearer ";
    std::string_view value = *header;
    if (!equal_ignoring_ascii_case(value.substr(0, scheme.size()), scheme)) return std::nullopt;
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (value.empty()) return std::nullopt;
    return value;
}

}  // namespace service
