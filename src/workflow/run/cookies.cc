#include "workflow/run/cookies.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "uri/uri.h"
#include "workflow/text/retry_after.h"
#include "workflow/text/text.h"

namespace workflow {

namespace {

constexpr std::size_t cookies_max = 300;
constexpr std::size_t cookie_bytes_max = 8 * 1024;

// Without user and port.
std::string host_of(std::string_view url) {
    auto host = uri::split(url).authority.value_or("");
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    if (host.starts_with('[')) return to_lower_ascii(host.substr(0, host.find(']') + 1));
    return to_lower_ascii(host.substr(0, host.find(':')));
}

std::string path_of(std::string_view url) {
    const auto path = uri::split(url).path;
    return path.empty() ? "/" : std::string(path);
}

std::string default_path(std::string_view url) {
    const auto path = path_of(url);
    const auto slash = path.rfind('/');
    return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

bool is_address(std::string_view host) {
    return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_in_domain(std::string_view host, std::string_view domain) {
    if (host == domain) return true;
    return !is_address(host) && host.size() > domain.size() && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

bool is_below(std::string_view path, std::string_view of) {
    if (!path.starts_with(of)) return false;
    return path.size() == of.size() || of.ends_with('/') || path[of.size()] == '/';
}

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t out = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

void CookieJar::take(std::string_view url, const http::Headers& headers, Time now) {
    for (const auto& header : headers) {
        if (!equal_ignoring_ascii_case(header.name, "Set-Cookie") || header.value.size() > cookie_bytes_max) continue;
        std::string_view rest = header.value;
        auto next = [&] {
            const auto piece = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
            return trim(piece);
        };
        const auto pair = next();
        const auto equal = pair.find('=');
        if (equal == std::string_view::npos || equal == 0) continue;
        Cookie cookie;
        cookie.name = trim(pair.substr(0, equal));
        cookie.value = trim(pair.substr(equal + 1));
        cookie.host = host_of(url);
        cookie.path = default_path(url);
        bool is_acceptable = true, has_age = false;
        while (!rest.empty()) {
            const auto attribute = next();
            const auto name = to_lower_ascii(trim(attribute.substr(0, attribute.find('='))));
            const auto value =
                attribute.find('=') == std::string_view::npos ? "" : trim(attribute.substr(attribute.find('=') + 1));
            if (name == "secure") cookie.is_secure = true;
            if (name == "path" && value.starts_with('/')) cookie.path = value;
            if (name == "domain" && !value.empty()) {
                const auto domain = to_lower_ascii(value.starts_with('.') ? value.substr(1) : value);
                // A domain without a dot is somebody else's as well.
                is_acceptable = is_in_domain(cookie.host, domain) &&
                                (domain == cookie.host || domain.find('.') != std::string::npos);
                cookie.is_host_only = domain == cookie.host && is_address(domain);
                cookie.host = domain;
            }
            if (name == "max-age") {
                if (const auto seconds = number_of(value)) {
                    has_age = true;
                    constexpr std::int64_t seconds_max = 400LL * 24 * 3600;
                    cookie.expires =
                        *seconds <= 0 ? Time{} : now + std::chrono::seconds(std::min(*seconds, seconds_max));
                }
            }
            if (name == "expires" && !has_age)
                if (const auto date = parse_http_date(value, now)) cookie.expires = *date;
        }
        if (!is_acceptable) continue;
        std::erase_if(cookies_, [&](const Cookie& other) {
            return other.name == cookie.name && other.host == cookie.host && other.path == cookie.path;
        });
        if (cookie.expires > now && cookies_.size() < cookies_max) cookies_.push_back(std::move(cookie));
    }
}

void CookieJar::add_to(std::string_view url, http::Headers& headers, Time now) const {
    if (cookies_.empty()) return;
    const auto* own = headers.find("Cookie");
    std::string text = own ? *own : "";
    auto is_set = [&](const std::string& name) {
        for (std::string_view rest = text; !rest.empty();) {
            const auto piece = rest.substr(0, rest.find(';'));
            rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
            if (trim(piece.substr(0, piece.find('='))) == name) return true;
        }
        return false;
    };
    const auto host = host_of(url), path = path_of(url);
    const bool is_secure = to_lower_ascii(uri::split(url).scheme.value_or("")) == "https";
    std::vector<const Cookie*> fitting;
    for (const auto& cookie : cookies_) {
        const bool is_host = cookie.is_host_only ? host == cookie.host : is_in_domain(host, cookie.host);
        if (is_host && is_below(path, cookie.path) && (is_secure || !cookie.is_secure) && cookie.expires > now)
            fitting.push_back(&cookie);
    }
    std::ranges::stable_sort(fitting, [](const auto* a, const auto* b) { return a->path.size() > b->path.size(); });
    bool any = false;
    for (const auto* cookie : fitting) {
        if (is_set(cookie->name)) continue;
        text += (text.empty() ? "" : "; ") + cookie->name + "=" + cookie->value;
        any = true;
    }
    if (any) headers.set("Cookie", text);
}

json::value CookieJar::save() const {
    json::array out;
    for (const auto& cookie : cookies_) {
        const auto expires =
            cookie.expires == Time::max()
                ? json::value(nullptr)
                : json::value(
                      std::chrono::duration_cast<std::chrono::milliseconds>(cookie.expires.time_since_epoch()).count());
        out.push_back({{"name", cookie.name},
                       {"value", cookie.value},
                       {"host", cookie.host},
                       {"path", cookie.path},
                       {"host_only", cookie.is_host_only},
                       {"secure", cookie.is_secure},
                       {"expires_ms", expires}});
    }
    return out;
}

CookieJar CookieJar::load(const json::value& saved) {
    CookieJar out;
    const auto* list = saved.if_array();
    if (!list) return out;
    for (const auto& element : *list) {
        const auto* object = element.if_object();
        if (!object) continue;
        auto text = [&](std::string_view name) {
            const auto* value = object->if_contains({name.data(), name.size()});
            return value && value->is_string() ? std::string(value->get_string()) : std::string();
        };
        auto flag = [&](std::string_view name) {
            const auto* value = object->if_contains({name.data(), name.size()});
            return value && value->is_bool() && value->get_bool();
        };
        Cookie cookie{text("name"), text("value"), text("host"), text("path"), flag("host_only"), flag("secure"), {}};
        const auto* expires = object->if_contains("expires_ms");
        cookie.expires =
            expires && expires->is_int64() ? Time(std::chrono::milliseconds(expires->get_int64())) : Time::max();
        if (!cookie.name.empty()) out.cookies_.push_back(std::move(cookie));
    }
    return out;
}

}  // namespace workflow
