#include "engine/webhooks/receivers.h"

#include <algorithm>
#include <charconv>

#include "engine/field_errors.h"

namespace {

std::vector<IpNetwork>& allowed() {
    static std::vector<IpNetwork> networks;
    return networks;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\'; });
}

bool is_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65'536;
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view host) {
    return std::all_of(host.begin(), host.end(),
                       [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ipv6(std::string_view host) {
    const bool is_plain =
        std::all_of(host.begin(), host.end(), [](char c) { return is_letter_or_digit(c) || c == ':' || c == '.'; });
    return is_plain && host.find(':') != std::string_view::npos && parse_ip_address(host);
}

// "[::1]:80" -> "::1"; empty: no host that can be called (a name, or IPv6 in brackets), or a port that is none.
std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) return {};
        const std::string_view rest = authority.substr(close + 1);
        if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return {};
        const std::string_view host = authority.substr(1, close - 1);
        return is_ipv6(host) ? host : std::string_view();
    }
    const std::size_t colon = authority.find(':');
    if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return {};
    const std::string_view host = authority.substr(0, colon);
    return is_name(host) ? host : std::string_view();
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return lowered;
}

}  // namespace

void set_allowed_receivers(std::vector<IpNetwork> networks) { allowed() = std::move(networks); }
const std::vector<IpNetwork>& allowed_receivers() { return allowed(); }

bool may_receive(const ReceiverRules& rules, const IpAddress& address, bool is_https) {
    if (std::any_of(rules.allowed.begin(), rules.allowed.end(),
                    [&](const IpNetwork& network) { return contains(network, address); }))
        return true;
    if (rules.is_sandbox && is_loopback(address)) return true;
    if (!is_https && !rules.is_sandbox) return false;
    return !is_special_purpose(address);
}

Result<void> check_receiver_url(const ReceiverRules& rules, std::string_view url) {
    if (url.size() > receiver_url_length_max) return refuse("url", Rule::too_long, "A URL has at most 1000 bytes.");
    const std::size_t separator = url.find("://");
    if (separator == std::string_view::npos || !is_plain(url))
        return refuse("url", Rule::bad_format, "This is no URL.");
    const std::string scheme = lower(url.substr(0, separator));
    const bool is_https = scheme == "https";
    if (!is_https && !(scheme == "http" && (rules.is_sandbox || !rules.allowed.empty())))
        return refuse("url", Rule::scheme, "The URL must begin with https://.");
    const std::string_view rest = url.substr(separator + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos)
        return refuse("url", Rule::credentials, "The URL may hold no user name or password.");
    if (rest.find('#') != std::string_view::npos) return refuse("url", Rule::fragment, "The URL may hold no fragment.");
    const std::string_view host = host_of(authority);
    if (host.empty()) return refuse("url", Rule::bad_format, "The URL names no host.");
    const auto address = parse_host_as_ip_address(host);
    std::string name = lower(host);
    if (name.ends_with('.')) name.pop_back();
    const bool is_name_of_loopback = name == "localhost" || name.ends_with(".localhost");
    const bool is_forbidden = address ? !may_receive(rules, *address, is_https)
                                      : is_name_of_loopback && !rules.is_sandbox && rules.allowed.empty();
    if (is_forbidden) return refuse("url", Rule::forbidden_address, "Nothing may be sent to this address.");
    return {};
}
