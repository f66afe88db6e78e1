#include "service/cookies.h"

namespace service {
namespace {

// A browser takes a cookie of such a name only with Secure, Path=/ and no Domain: nobody beside this host can set it.
constexpr std::string_view name_over_tls = "__Host-partnerd_console";
constexpr std::string_view name_without_tls = "partnerd_console";

std::string_view name_of_console_cookie(const Call& call) {
    return call.scheme == "https" ? name_over_tls : name_without_tls;
}

}  // namespace

std::optional<std::string_view> find_cookie(const http::Request& request, std::string_view name) {
    const std::string* header = request.headers.find("cookie");
    std::string_view rest = header ? std::string_view(*header) : std::string_view();
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        std::string_view pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        while (pair.starts_with(' ')) pair.remove_prefix(1);
        if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name))
            return pair.substr(name.size() + 1);
    }
    return std::nullopt;
}

// Fetch metadata where the browser sends it (over TLS), else the Origin beside the Host.
bool is_from_our_page(const Call& call) {
    if (const std::string* site = call.request.headers.find("sec-fetch-site"))
        return *site == "same-origin" || *site == "none";
    const std::string* origin = call.request.headers.find("origin");
    if (!origin) return true;
    const std::size_t authority = origin->find("://");
    return !call.host.empty() && authority != std::string::npos &&
           http::equal_without_case(origin->substr(authority + 3), call.host);
}

std::optional<std::string_view> find_console_cookie(const Call& call) {
    if (!is_from_our_page(call)) return std::nullopt;
    return find_cookie(call.request, name_of_console_cookie(call));
}

std::string console_cookie(const Call& call, std::string_view secret, std::chrono::seconds life) {
    std::string cookie(name_of_console_cookie(call));
    cookie += '=';
    cookie += secret;
    cookie += "; Path=/; Max-Age=" + std::to_string(life.count()) + "; HttpOnly; SameSite=Strict";
    if (call.scheme == "https") cookie += "; Secure";
    return cookie;
}

}  // namespace service
