#include "http/url.h"

#include <charconv>

#include "http/grammar.h"
#include "http/message.h"

namespace http {

namespace {

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool is_name(std::string_view text) {
    const auto is_name_char = [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; };
    return !text.empty() && std::ranges::all_of(text, is_name_char);
}

bool is_ipv6(std::string_view text) {
    const auto is_address_char = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    };
    return text.find(':') != text.npos && std::ranges::all_of(text, is_address_char);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (!all_digits(text) || error != std::errc() || end != text.data() + text.size() || port == 0) return {};
    return port;
}

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace

std::string Url::host_and_port() const { return bracketed(host) + ":" + std::to_string(port); }

std::string Url::authority() const { return port == (is_https ? 443 : 80) ? bracketed(host) : host_and_port(); }

std::optional<Url> parse_url(std::string_view text) {
    text = text.substr(0, text.find('#'));
    const auto scheme_end = text.find("://");
    if (scheme_end == text.npos || !is_visible(text)) return {};
    Url url;
    url.is_https = equal_without_case(text.substr(0, scheme_end), "https");
    if (!url.is_https && !equal_without_case(text.substr(0, scheme_end), "http")) return {};
    text.remove_prefix(scheme_end + 3);

    const auto authority_end = std::min(text.find_first_of("/?"), text.size());
    std::string_view host = text.substr(0, authority_end);
    url.target = text.substr(authority_end);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");

    const bool is_bracketed = host.starts_with('[');
    const auto host_end = is_bracketed ? host.find(']') : std::min(host.find(':'), host.size());
    if (host_end == host.npos) return {};
    std::string_view rest = host.substr(host_end + (is_bracketed ? 1 : 0));
    host = is_bracketed ? host.substr(1, host_end - 1) : host.substr(0, host_end);
    if (is_bracketed ? !is_ipv6(host) : !is_name(host)) return {};
    for (const char c : host) url.host += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;

    url.port = url.is_https ? 443 : 80;
    if (rest.empty() || rest == ":") return url;
    if (!rest.starts_with(':')) return {};
    const auto port = parse_port(rest.substr(1));
    if (!port) return {};
    url.port = *port;
    return url;
}

}  // namespace http
