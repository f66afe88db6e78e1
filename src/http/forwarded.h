// Who asks, where proxies stand in between: RFC 7239's Forwarded, and the X-Forwarded-For, -Proto and -Host that most
// proxies send instead. What a header says is believed only as far as it was written by a proxy that is trusted. Used
// by service/ for limits, logs and links.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace http {

// IPv4 addresses are kept as the IPv6 addresses that stand for them: ::ffff:192.0.2.1.
using AddressBytes = std::array<std::uint8_t, 16>;
std::optional<AddressBytes> parse_address(std::string_view text);  // 192.0.2.1, 2001:db8::1; no port, no brackets
std::string format_address(const AddressBytes&);                   // as RFC 5952 wants it

class Network {
public:
    static std::optional<Network> parse(std::string_view text);  // "10.0.0.0/8", "2001:db8::/32"; a single address, too
    bool contains(const AddressBytes&) const;
    bool operator==(const Network&) const = default;

private:
    AddressBytes bytes_{};
    int bits_ = 0;
};

struct Requester {
    std::string address;          // without port; what stood there, where it is no address (in process)
    std::string scheme = "http";  // or "https"
    std::string host;             // with its port; empty: none was named
};

// The rightmost address that is not a trusted proxy's, and what the proxy that saw it says of scheme and host. Where
// Forwarded and X-Forwarded-For name different ones, a client has sent one of them itself, and neither is believed.
// own_scheme: how the request came to this server.
Requester find_requester(const Request&, const std::vector<Network>& trusted_proxies,
                         std::string_view own_scheme = "http");

// What limits count by: an IPv4 address; of an IPv6 address its first 64 bits, of which one client has all.
std::string network_of(std::string_view address);

}  // namespace http
