#include "http/forwarded.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/grammar.h"

namespace http {

namespace {

constexpr AddressBytes mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int mapped_bits = 96;
constexpr std::size_t host_length_max = 255;

bool is_ipv4(const AddressBytes& bytes) { return std::equal(bytes.begin(), bytes.begin() + 12, mapped_prefix.begin()); }

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Splits at a separator, but not within a quoted string.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool is_quoted = false;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || (text[i] == separator && !is_quoted)) {
            parts.push_back(trim(text.substr(begin, i - begin)));
            begin = i + 1;
        } else if (text[i] == '\\' && is_quoted) {
            ++i;
        } else if (text[i] == '"') {
            is_quoted = !is_quoted;
        }
    }
    return parts;
}

std::string unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string plain;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

// An address with or without a port: 192.0.2.1, 192.0.2.1:80, [2001:db8::1]:80, 2001:db8::1.
std::optional<AddressBytes> parse_node(std::string_view node) {
    if (node.starts_with('[')) {
        const std::size_t end = node.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view rest = node.substr(end + 1);
        if (!rest.empty() && !(rest.starts_with(':') && all_digits(rest.substr(1)))) return std::nullopt;
        return parse_address(node.substr(1, end - 1));
    }
    const bool has_port = std::ranges::count(node, ':') == 1;
    return parse_address(has_port ? node.substr(0, node.find(':')) : node);
}

// What one proxy says of whoever sent it the request. An address that is none (unknown, _hidden) is absent.
struct Hop {
    std::optional<AddressBytes> address;
    std::string_view scheme;  // of X-Forwarded-Proto and -Host: absent here
    std::string host;
};

std::vector<std::string_view> all_elements(const Headers& headers, std::string_view name) {
    std::vector<std::string_view> elements;
    for (const Header& header : headers)
        if (equal_without_case(header.name, name))
            for (const std::string_view element : split(header.value, ',')) elements.push_back(element);
    return elements;
}

std::string_view scheme_of(std::string_view text) {
    if (equal_without_case(text, "https")) return "https";
    if (equal_without_case(text, "http")) return "http";
    return {};
}

std::string host_of(std::string_view text) {
    const auto is_plain = [](char c) {
        return is_alphanumeric(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
    };
    const bool is_usable = !text.empty() && text.size() <= host_length_max && std::ranges::all_of(text, is_plain);
    return is_usable ? std::string(text) : std::string();
}

Hop read_forwarded_element(std::string_view element) {
    Hop hop;
    for (const std::string_view pair : split(element, ';')) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = pair.substr(0, equals);
        const std::string value = unquote(pair.substr(equals + 1));
        if (equal_without_case(name, "for")) hop.address = parse_node(value);
        if (equal_without_case(name, "proto")) hop.scheme = scheme_of(value);
        if (equal_without_case(name, "host")) hop.host = host_of(value);
    }
    return hop;
}

std::vector<Hop> read_forwarded(const Headers& headers) {
    std::vector<Hop> hops;
    for (const std::string_view element : all_elements(headers, "forwarded"))
        hops.push_back(read_forwarded_element(element));
    return hops;
}

// Proxies that append to one of the lists append to all, or replace what is in the others by one value.
std::string_view beside(const std::vector<std::string_view>& values, std::size_t index, std::size_t count) {
    if (values.empty()) return {};
    return values.size() == count ? values[index] : values.back();
}

std::vector<Hop> read_x_forwarded(const Headers& headers) {
    const auto addresses = all_elements(headers, "x-forwarded-for");
    const auto schemes = all_elements(headers, "x-forwarded-proto");
    const auto hosts = all_elements(headers, "x-forwarded-host");
    // A proxy that says nothing of addresses may still speak TLS for us.
    const std::size_t count = std::max<std::size_t>(addresses.size(), schemes.empty() && hosts.empty() ? 0 : 1);
    std::vector<Hop> hops(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (i < addresses.size()) hops[i].address = parse_node(addresses[i]);
        hops[i].scheme = scheme_of(beside(schemes, i, count));
        hops[i].host = host_of(beside(hosts, i, count));
    }
    return hops;
}

bool contains(const std::vector<Network>& networks, const AddressBytes& address) {
    return std::ranges::any_of(networks, [&](const Network& network) { return network.contains(address); });
}

// How far a chain of hops can be followed from a trusted proxy.
struct Found {
    AddressBytes address;
    std::string_view scheme;
    std::string host;
};

Found follow(const std::vector<Hop>& hops, const AddressBytes& nearest, const std::vector<Network>& trusted) {
    Found found{.address = nearest, .scheme = {}, .host = {}};
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        if (!hop->scheme.empty()) found.scheme = hop->scheme;
        if (!hop->host.empty()) found.host = hop->host;
        if (!hop->address) break;
        found.address = *hop->address;
        if (!contains(trusted, found.address)) break;
    }
    return found;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
    const std::string terminated(text);
    if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
    AddressBytes bytes = mapped_prefix;
    if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1) return bytes;
    if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
    return std::nullopt;
}

std::string format_address(const AddressBytes& bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_ipv4(bytes))
        inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto bytes = parse_address(text.substr(0, slash));
    if (!bytes) return std::nullopt;
    const bool is_four = text.substr(0, slash).find(':') == std::string_view::npos;
    const int first_bit = is_four ? mapped_bits : 0;
    Network network;
    network.bytes_ = *bytes;
    network.bits_ = 128;
    if (slash == std::string_view::npos) return network;
    const std::string_view length = text.substr(slash + 1);
    int bits = 0;
    const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (error != std::errc() || end != length.data() + length.size()) return std::nullopt;
    if (bits < 0 || bits > 128 - first_bit) return std::nullopt;
    network.bits_ = first_bit + bits;
    return network;
}

bool Network::contains(const AddressBytes& address) const {
    const auto whole = static_cast<std::size_t>(bits_ / 8);
    if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole), address.begin())) return false;
    if (bits_ % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits_ % 8));
    return (bytes_[whole] & mask) == (address[whole] & mask);
}

Requester find_requester(const Request& request, const std::vector<Network>& trusted_proxies,
                         std::string_view own_scheme) {
    Requester requester;
    requester.scheme = own_scheme;
    requester.address = request.remote_address;
    if (const std::string* host = request.headers.find("host")) requester.host = *host;
    if (trusted_proxies.empty()) return requester;
    const auto nearest = parse_address(request.remote_address);
    if (!nearest || !contains(trusted_proxies, *nearest)) return requester;

    const std::vector<Hop> standard = read_forwarded(request.headers);
    const std::vector<Hop> customary = read_x_forwarded(request.headers);
    Found found = follow(standard.empty() ? customary : standard, *nearest, trusted_proxies);
    const bool has_both = !standard.empty() && request.headers.find("x-forwarded-for") != nullptr;
    if (has_both && follow(customary, *nearest, trusted_proxies).address != found.address) return requester;
    requester.address = format_address(found.address);
    if (!found.scheme.empty()) requester.scheme = found.scheme;
    if (!found.host.empty()) requester.host = std::move(found.host);
    return requester;
}

std::string network_of(std::string_view address) {
    if (address.find(':') == std::string_view::npos) return std::string(address);
    auto bytes = parse_address(address);
    if (!bytes) return std::string(address);
    if (is_ipv4(*bytes)) return format_address(*bytes);
    std::fill(bytes->begin() + 8, bytes->end(), std::uint8_t{0});
    return format_address(*bytes) + "/64";
}

}  // namespace http
