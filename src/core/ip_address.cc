#include "core/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace {

IpAddress from_v4(const in_addr& v4) {
    IpAddress address{.is_v4 = true};
    address.bytes[10] = address.bytes[11] = 0xff;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&v4.s_addr);
    std::copy(bytes, bytes + 4, address.bytes.begin() + 12);
    return address;
}

bool is_mapped(const IpAddress& address) {
    constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

bool has_prefix(const IpAddress& address, const IpNetwork& network) {
    const int whole = network.prefix_bits / 8;
    const int rest = network.prefix_bits % 8;
    if (!std::equal(network.base.bytes.begin(), network.base.bytes.begin() + whole, address.bytes.begin()))
        return false;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    const auto at = static_cast<std::size_t>(whole);
    return (network.base.bytes[at] & mask) == (address.bytes[at] & mask);
}

std::vector<IpNetwork> networks(std::initializer_list<std::string_view> texts) {
    std::vector<IpNetwork> parsed;
    for (const std::string_view text : texts) parsed.push_back(parse_ip_network(text).value());
    return parsed;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry: all entries, whatever they
// say of being reachable; then multicast, and addresses that were special once (fec0::/10, IPv4-compatible ::/96).
const std::vector<IpNetwork>& special_v4() {
    static const auto list = networks({
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    });
    return list;
}

const std::vector<IpNetwork>& special_v6() {
    static const auto list = networks({
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    });
    return list;
}

bool is_in(const std::vector<IpNetwork>& list, const IpAddress& address) {
    return std::any_of(list.begin(), list.end(),
                       [&](const IpNetwork& network) { return has_prefix(address, network); });
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    const std::string plain(text.substr(0, text.find('%')));
    in_addr v4{};
    if (plain.size() == text.size() && inet_pton(AF_INET, plain.c_str(), &v4) == 1) return from_v4(v4);
    in6_addr v6{};
    if (inet_pton(AF_INET6, plain.c_str(), &v6) != 1) return std::nullopt;
    IpAddress address;
    std::copy(std::begin(v6.s6_addr), std::end(v6.s6_addr), address.bytes.begin());
    return address;
}

std::optional<IpAddress> parse_host_as_ip_address(std::string_view host) {
    if (auto address = parse_ip_address(host)) return address;
    std::string plain(host);
    if (plain.ends_with('.')) plain.pop_back();
    // inet_aton() takes what follows a blank for a comment.
    in_addr v4{};
    if (plain.find_first_not_of("0123456789abcdefABCDEFxX.") != std::string::npos) return std::nullopt;
    if (inet_aton(plain.c_str(), &v4) == 0) return std::nullopt;
    return from_v4(v4);
}

std::optional<IpNetwork> parse_ip_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = parse_ip_address(text.substr(0, slash));
    if (!base || text.find('%') != std::string_view::npos) return std::nullopt;
    const int before = base->is_v4 ? 96 : 0;
    int bits = 128 - before;
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bits);
        if (error != std::errc() || end != number.data() + number.size() || bits < 0 || bits > 128 - before)
            return std::nullopt;
    }
    const IpNetwork network{*base, before + bits};
    IpAddress lowest{.is_v4 = base->is_v4};
    for (int bit = 0; bit < network.prefix_bits; ++bit) {
        const auto at = static_cast<std::size_t>(bit / 8);
        lowest.bytes[at] = static_cast<std::uint8_t>(lowest.bytes[at] | (base->bytes[at] & (0x80 >> (bit % 8))));
    }
    if (lowest != *base) return std::nullopt;
    return network;
}

bool contains(const IpNetwork& network, const IpAddress& address) {
    if (network.base.is_v4 != (address.is_v4 || is_mapped(address))) return false;
    return has_prefix(address, network);
}

bool is_loopback(const IpAddress& address) {
    static const auto list = networks({"127.0.0.0/8", "::1/128"});
    return std::any_of(list.begin(), list.end(), [&](const IpNetwork& network) { return contains(network, address); });
}

bool is_special_purpose(const IpAddress& address) {
    if (address.is_v4) return is_in(special_v4(), address);
    static const IpNetwork assigned = parse_ip_network("2000::/3").value();
    return is_in(special_v6(), address) || !has_prefix(address, assigned);
}
