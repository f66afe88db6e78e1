// Addresses of IP, and which of them lead somewhere that a stranger's URL must not reach. Used where others say whom
// this server is to call.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};  // of IPv4 as ::ffff:a.b.c.d
    bool is_v4 = false;

    bool operator==(const IpAddress&) const = default;
};

// As RFC 4291 and inet_pton(3) write them; a zone ("%eth0") is left out. IPv4 inside IPv6 (::ffff:10.0.0.1) is IPv6.
std::optional<IpAddress> parse_ip_address(std::string_view text);

// As resolvers read what stands where a host's name belongs: also 2130706433, 0x7f.1, 017700000001, 127.1.
std::optional<IpAddress> parse_host_as_ip_address(std::string_view host);

struct IpNetwork {
    IpAddress base;
    int prefix_bits = 128;  // of the 16 bytes
};

// "10.0.0.0/8", "fd00::/8", or a single address. Absent also where bits beyond the prefix are set.
std::optional<IpNetwork> parse_ip_network(std::string_view text);

// IPv4 inside IPv6 (mapped) counts as that IPv4 address too.
bool contains(const IpNetwork&, const IpAddress&);

bool is_loopback(const IpAddress&);

// Anything but an ordinary address of the public internet: all of IANA's special-purpose registries (RFC 6890 and its
// successors), multicast, what IPv6 has not assigned, and every form of IPv4 inside IPv6.
bool is_special_purpose(const IpAddress&);
