#include "dialect/sandbox/sandbox.h"

#include "dialect/admin/admin.h"
#include "dialect/admin/problem.h"
#include "dialect/sandbox/parts.h"
#include "service/bearer.h"

namespace sandbox {
namespace {

constexpr std::string_view prefix = "/admin/v1/sandbox/";

}  // namespace

struct Sandbox::Impl {
    explicit Impl(std::function<void(db::Tx&, World&)> seed) {
        for (auto&& part : {clock_routes(moving_clocks), fault_routes(faults), reset_routes(std::move(seed), faults)})
            routes.insert(routes.end(), part.begin(), part.end());
    }

    MovingClocks moving_clocks;
    Faults faults;
    std::vector<service::Route> routes;
    service::Dialect dialect = {
        .name = "sandbox",
        .prefix = prefix,
        .routes = &routes,
        .credential_kind = CredentialKind::operator_token,
        .media_types = {"application/json"},
        .find_secret = service::find_bearer_token,
        .takes_console_sessions = true,
        .render_error = admin::render_error,
        .render_status = admin::render_status,
        .documents = {"sandbox"},
    };
};

Sandbox::Sandbox(std::function<void(db::Tx&, World&)> seed) : impl_(std::make_unique<Impl>(std::move(seed))) {}
Sandbox::~Sandbox() = default;

const service::Dialect& Sandbox::dialect() const { return impl_->dialect; }

// Not in these routes: whoever asked for a fault must be able to take it back.
std::optional<service::Fault> Sandbox::find_fault(const service::Call& call, std::uint64_t random_bits) {
    if (!call.caller.credential_id || call.route->path.starts_with(prefix)) return std::nullopt;
    return impl_->faults.of_credentials.take(*call.caller.credential_id, random_bits);
}

std::optional<service::Fault> Sandbox::find_fault_of_delivery(std::int64_t endpoint_id, std::uint64_t random_bits) {
    return impl_->faults.of_endpoints.take(endpoint_id, random_bits);
}

bool Sandbox::is_moving_clock_of(std::int64_t reseller_id) const { return impl_->moving_clocks.contains(reseller_id); }

}  // namespace sandbox
