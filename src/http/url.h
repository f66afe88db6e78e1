// A URL that a client can call: http or https, a host, a port, and what goes into the request line. Used by
// http/client.cc and by whoever wants to say early that a URL is none.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

struct Url {
    bool is_https = false;
    std::string host;  // without the brackets of an IPv6 address; in lower case
    std::uint16_t port = 80;
    std::string target;  // path and query, at least "/"

    std::string authority() const;  // for the Host header and for people: "[::1]:8080"; without the scheme's own port
    std::string host_and_port() const;  // always with the port
};

// None: another scheme, a user name or password in it, a bad host or port, or characters that have to be
// percent-encoded (blanks, control characters, anything beyond ASCII). A fragment is dropped.
std::optional<Url> parse_url(std::string_view);

}  // namespace http
