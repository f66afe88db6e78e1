// The routes that only a sandbox has, /admin/v1/sandbox/...: clocks, faults, a reset. Built, and asked for by the
// operator's token, only where the server is a sandbox: anywhere else there are no such paths. Errors as in the
// operator API.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "service/dialect.h"
#include "service/fault.h"

namespace sandbox {

class Sandbox {
public:
    // seed: fills an empty database with the world that a sandbox begins with.
    explicit Sandbox(std::function<void(db::Tx&, World&)> seed);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;

    const service::Dialect& dialect() const;

    // For service::ServiceOptions. The random bits decide about faults that befall only some requests.
    std::optional<service::Fault> find_fault(const service::Call&, std::uint64_t random_bits);
    // For WebhookSenderOptions, likewise.
    std::optional<service::Fault> find_fault_of_delivery(std::int64_t endpoint_id, std::uint64_t random_bits);

    // Somebody is moving the reseller's clock, and does what falls due by that.
    bool is_moving_clock_of(std::int64_t reseller_id) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sandbox
