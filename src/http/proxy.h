// Proxies: which proxy leads to a URL, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY say it. Values only: whoever reads those
// variables (the command line) decides that they count; the server never does. Used by http/client.cc.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/url.h"

namespace http {

struct Proxy {
    std::string host;
    std::uint16_t port = 80;
    std::string authorization;  // the value of Proxy-Authorization; empty: it wants none

    std::string host_and_port() const;
};

class Proxies {
public:
    Proxies() = default;  // none: everything is reached directly

    // http, https: "http://user:password@host:port" or "host:port"; empty: none for such URLs.
    // none: names, addresses and networks that are reached directly, separated by commas: "example.com" (also what lies
    // below it), ".example.com", "127.0.0.1", "10.0.0.0/8", "[::1]", each with a port if need be; "*" is everything.
    // Refuses (invalid) with one sentence, without the user and the password in it.
    static Result<Proxies> parse(std::string_view http, std::string_view https, std::string_view none);

    const Proxy* find(const Url&) const;  // null: directly

private:
    std::optional<Proxy> http_;
    std::optional<Proxy> https_;
    std::vector<std::string> direct_;
};

}  // namespace http
