#include "http/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/ascii.h"
#include "core/base64.h"
#include "core/hexadecimal.h"
#include "http/grammar.h"
#include "http/message.h"

namespace http {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string without_percents(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hexadecimal(text[i + 2]);
        if (low < 0) {
            out += text[i];
        } else {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

Result<std::optional<Proxy>> parse_proxy(std::string_view text, const char* variable) {
    text = trimmed(text);
    if (text.empty()) return std::optional<Proxy>();
    const auto refuse = [&](std::string_view why) {
        return Error{Reason::invalid, std::string(variable) + " " + std::string(why) +
                                          "; a proxy is written http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT"};
    };
    const auto scheme_end = text.find("://");
    if (scheme_end != text.npos) {
        if (!equal_without_case(text.substr(0, scheme_end), "http")) return refuse("names no proxy that speaks http");
        text.remove_prefix(scheme_end + 3);
    }
    const auto host_begin = text.substr(0, text.find('/')).rfind('@');
    const auto user = host_begin == text.npos ? std::string_view() : text.substr(0, host_begin);
    if (host_begin != text.npos) text.remove_prefix(host_begin + 1);
    const auto url = parse_url("http://" + std::string(text));
    if (!url) return refuse("is no address of a proxy");
    Proxy proxy{url->host, url->port, {}};
    if (!user.empty()) {
        const auto colon = user.find(':');
        const auto password = colon == user.npos ? std::string_view() : user.substr(colon + 1);
        proxy.authorization =
            "Basic " + encode_base64(without_percents(user.substr(0, colon)) + ":" + without_percents(password));
    }
    return std::optional<Proxy>(std::move(proxy));
}

struct Address {
    std::array<unsigned char, 16> bytes{};
    unsigned bits = 0;  // 32 or 128; 0: it is none
};

Address parse_address(const std::string& text) {
    Address out;
    if (inet_pton(AF_INET, text.c_str(), out.bytes.data()) == 1)
        out.bits = 32;
    else if (inet_pton(AF_INET6, text.c_str(), out.bytes.data()) == 1)
        out.bits = 128;
    return out;
}

bool same_bits(const Address& a, const Address& b, unsigned count) {
    for (unsigned bit = 0; bit < count; ++bit) {
        const unsigned mask = 0x80u >> (bit % 8);
        if ((a.bytes[bit / 8] & mask) != (b.bytes[bit / 8] & mask)) return false;
    }
    return true;
}

bool matches_network(const std::string& entry, const Address& host) {
    const auto slash = entry.find('/');
    const auto network = parse_address(entry.substr(0, slash));
    if (network.bits == 0 || network.bits != host.bits) return false;
    unsigned count = network.bits;
    if (slash != entry.npos) {
        const auto* const begin = entry.data() + slash + 1;
        const auto [end, error] = std::from_chars(begin, entry.data() + entry.size(), count);
        if (error != std::errc() || end != entry.data() + entry.size() || count > network.bits) return false;
    }
    return same_bits(network, host, count);
}

bool matches(std::string entry, const Url& url) {
    if (entry == "*") return true;
    // A port: behind a name, an IPv4 address, or an IPv6 address in brackets.
    const bool is_bracketed = entry.starts_with('[');
    const auto host_end = is_bracketed ? entry.find(']') : entry.find(':');
    if (is_bracketed && host_end == entry.npos) return false;
    const bool is_plain_ipv6 = !is_bracketed && std::ranges::count(entry, ':') > 1;
    if (!is_plain_ipv6 && host_end != entry.npos) {
        const std::string rest = entry.substr(host_end + (is_bracketed ? 1 : 0));
        entry = is_bracketed ? entry.substr(1, host_end - 1) : entry.substr(0, host_end);
        if (rest.starts_with(':') && rest.substr(1) != std::to_string(url.port)) return false;
    }
    if (const auto host = parse_address(url.host); host.bits != 0) return matches_network(entry, host);
    if (entry.starts_with("*.")) entry.erase(0, 1);
    if (entry.starts_with('.')) entry.erase(0, 1);
    if (entry.empty()) return false;
    return url.host == entry || (url.host.size() > entry.size() && url.host.ends_with(entry) &&
                                 url.host[url.host.size() - entry.size() - 1] == '.');
}

}  // namespace

std::string Proxy::host_and_port() const {
    return Url{.is_https = false, .host = host, .port = port, .target = "/"}.host_and_port();
}

Result<Proxies> Proxies::parse(std::string_view http, std::string_view https, std::string_view none) {
    Proxies out;
    out.http_ = TRY(parse_proxy(http, "HTTP_PROXY"));
    out.https_ = TRY(parse_proxy(https, "HTTPS_PROXY"));
    while (!none.empty()) {
        const auto end = std::min(none.find_first_of(", \t"), none.size());
        if (end > 0) out.direct_.push_back(to_lower_ascii(none.substr(0, end)));
        none.remove_prefix(std::min(end + 1, none.size()));
    }
    return out;
}

const Proxy* Proxies::find(const Url& url) const {
    const auto& proxy = url.is_https ? https_ : http_;
    if (!proxy) return nullptr;
    const bool is_direct = std::ranges::any_of(direct_, [&](const std::string& entry) { return matches(entry, url); });
    return is_direct ? nullptr : &*proxy;
}

}  // namespace http
