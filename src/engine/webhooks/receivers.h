// Whom deliveries may reach: a partner names the address, and this server stands where the address may mean something
// that the partner must not reach (SSRF). The URL is judged when an endpoint is made, each resolved address at each
// connection.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"

struct ReceiverRules {
    bool is_sandbox = false;         // receivers are on loopback, and http will do
    std::vector<IpNetwork> allowed;  // whatever else is said of them, http too
};

// The networks that the operator has allowed, for all who ask below; set once, before the server begins.
void set_allowed_receivers(std::vector<IpNetwork>);
const std::vector<IpNetwork>& allowed_receivers();

bool may_receive(const ReceiverRules&, const IpAddress&, bool is_https);

constexpr std::size_t receiver_url_length_max = 1'000;

// Refuses invalid url, with the first of: too_long; bad_format (no URL, or one with blanks); scheme (neither https nor,
// where that is allowed, http); credentials (a user name in it); fragment; forbidden_address (an address in the place
// of the host, in whatever spelling, that may not be reached).
Result<void> check_receiver_url(const ReceiverRules&, std::string_view url);
