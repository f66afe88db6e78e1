// The customer's page, https://start.{domain}/partnership/redeem?t={I|F|individual|family}&c={activation_token}: names
// the partner, the plan and the domain, and takes an e-mail address for a new account or links an existing one. Found
// by its path; where the Host is start.{domain}, the domain has to be the account's. For anyone who holds a link;
// attempts with links that are none are limited, for each address and altogether.

#pragma once

#include <memory>

#include "service/attempt_limiter.h"
#include "service/dialect.h"

namespace redeem {

// Of links that are none. A good one is always opened.
constexpr service::AttemptLimits wrong_links = {
    .of_network = 30, .network_regains = 1, .of_all = 1'000, .all_regain = 20};

class Redemption {
public:
    explicit Redemption(service::AttemptLimits limits = wrong_links);
    ~Redemption();
    Redemption(const Redemption&) = delete;

    const service::Dialect& dialect() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// "start.b5test.com:443" -> "b5test.com"; absent: another host.
std::optional<std::string> domain_of_host(std::string_view host);

}  // namespace redeem
