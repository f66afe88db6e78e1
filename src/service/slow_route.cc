#include "service/slow_route.h"

#include "service/admission.h"

namespace service {

void run_slowly(const App& app, const std::shared_ptr<Call>& call, RenderError render_error, const http::Reply& reply,
                std::function<void()> work) {
    auto guarded = [&app, call, render_error, reply, work = std::move(work)] {
        try {
            work();
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            app.log_failure(*call, describe(failure));
            reply(render_error(*call, to_error(failure)));
        }
    };
    if (!app.admission->begin_slowly(share_of(*call), std::move(guarded)))
        reply(render_error(*call, {Reason::unavailable, "Too many of your requests of this kind wait already."}));
}

Route on_slow_thread(Route route) {
    auto run = std::move(route.run);
    route.run = [run](const App& app, std::shared_ptr<Call> call, RenderError render_error, http::Reply reply) {
        run_slowly(app, call, render_error, reply, [=, &app] { run(app, call, render_error, reply); });
    };
    return route;
}

}  // namespace service
