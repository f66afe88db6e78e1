#include "service/router.h"

#include <algorithm>

#include "core/ascii.h"
#include "core/hexadecimal.h"
#include "core/utf8.h"

namespace service {
namespace {

std::string_view take_segment(std::string_view& path) {
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    return segment;
}

bool matches(std::string_view pattern, std::string_view path, bool ignores_case, std::vector<std::string>& values) {
    if (std::count(pattern.begin(), pattern.end(), '/') != std::count(path.begin(), path.end(), '/')) return false;
    values.clear();
    while (!pattern.empty() || !path.empty()) {
        const std::string_view expected = take_segment(pattern);
        const std::string_view segment = take_segment(path);
        const bool is_name = expected.starts_with('{');
        if (!is_name && !(ignores_case ? equal_ignoring_ascii_case(expected, segment) : expected == segment))
            return false;
        if (!is_name) continue;
        auto value = decode_percent(segment);
        if (!value || value->empty()) return false;
        values.push_back(std::move(*value));
    }
    return true;
}

void add_method(std::string& allow, std::string_view method) {
    if (!allow.empty()) allow += ", ";
    allow += method;
}

}  // namespace

Match find_route(const std::vector<Route>& routes, http::Method method, std::string_view path, bool ignores_case) {
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const http::Method wanted = method == http::Method::head ? http::Method::get : method;
    Match match;
    for (const Route& route : routes) {
        if (!matches(route.path, path, ignores_case, match.path_values)) continue;
        if (route.method == wanted) {
            match.route = &route;
            return match;
        }
        add_method(match.allow, http::to_string(route.method));
        if (route.method == http::Method::get) add_method(match.allow, "HEAD");
    }
    return match;
}

std::string describe_near(const std::vector<Route>& routes, std::string_view path, bool ignores_case) {
    std::string_view longest;
    for (const Route& route : routes) {
        std::string_view pattern = route.path, rest = path;
        std::size_t same = 0;  // of the pattern's characters, with the slashes between its segments
        while (!pattern.empty() && !rest.empty()) {
            const std::string_view expected = take_segment(pattern);
            const std::string_view segment = take_segment(rest);
            if (!(ignores_case ? equal_ignoring_ascii_case(expected, segment) : expected == segment)) break;
            same += expected.size() + 1;
            if (pattern.empty() && rest.empty() && same > route.path.size()) return std::string(route.path);
        }
        if (same > longest.size()) longest = route.path.substr(0, same);
    }
    std::string near(longest);
    if (!near.ends_with('/')) near += '/';
    return near + '*';
}

std::optional<std::string> decode_percent(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0') return std::nullopt;
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hexadecimal(text[i + 1]);
        const int low = hexadecimal(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
        decoded += static_cast<char>(high << 4 | low);
        i += 2;
    }
    if (!is_valid_utf8(decoded)) return std::nullopt;
    return decoded;
}

}  // namespace service
