// POST /admin/v1/sandbox/reset: the database is as it was when the sandbox was new, with the fixed credentials; nothing
// is to go wrong any more. Only for the root's operators.

#include "dialect/admin/request.h"
#include "dialect/sandbox/parts.h"
#include "engine/upkeep/reset_sandbox.h"

namespace sandbox {

std::vector<service::Route> reset_routes(std::function<void(db::Tx&, World&)> seed, Faults& faults) {
    auto run = [seed = std::move(seed), &faults](const service::App& app, std::shared_ptr<service::Call> call,
                                                 service::RenderError render_error, http::Reply reply) {
        auto body = admin::Body::read(*call);
        const auto finished = body.ok() ? std::move(body).value().finish() : Result<void>(body.error());
        if (!finished.ok()) return reply(render_error(*call, finished.error()));
        if (call->caller.reseller.parent_id)
            return reply(render_error(*call, {Reason::forbidden, "Only the root's operators may do this."}));
        service::write(
            app, *call,
            [seed, call, &world = app.world](db::Tx& tx) {
                service::require_known(tx, *call);
                reset_sandbox(tx, world, seed);
                return db::Outcome::keep;
            },
            [=, &app, &faults](std::exception_ptr failure) {
                if (service::begins_again(app, call, failure, reply)) return;
                if (failure) {
                    app.log_failure(*call, service::describe(failure));
                    return reply(render_error(*call, service::to_error(failure)));
                }
                faults.of_credentials.clear();
                faults.of_endpoints.clear();
                reply({.status = 204});
            });
    };
    return {service::for_operator(service::Route{http::Method::post, "/admin/v1/sandbox/reset", run})};
}

}  // namespace sandbox
