// A published API is a Dialect: a table of routes, and how it says no. A route is a path and three plain functions:
//
//     parse      the dialect's request  ->  a command of the engine
//     operation  the command            ->  an answer, decided inside one transaction
//     render     the answer             ->  the dialect's response
//
// write_route() and read_route() are the only code that knows how the three are joined; serve() (service.h) is the only
// code that knows what happens before. Nothing here waits: what takes time calls back.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/trace_context.h"
#include "db/database.h"
#include "engine/access/authenticate.h"
#include "engine/access/why.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "http/message.h"

namespace service {

struct Route;
class KeysInProgress;  // see service/idempotency.h
class Admission;       // see service/admission.h
class FeedWaiters;     // see service/feed_waiters.h
struct KnownIdentity;  // see service/identity_cache.h

// A request on its way: matched, then authenticated, then parsed.
struct Call {
    http::Request request;
    std::string request_id;
    std::optional<TraceContext> trace = {};  // to which the caller says that it belongs; its parent is this request
    // Who asks, as far as trusted proxies know better than the connection (see http/forwarded.h).
    std::string client_address;            // without port
    std::string scheme = "http";           // or "https": of the client's own connection
    std::string host;                      // that the client has asked, with its port; empty: none
    const Route* route = nullptr;          // set once matched
    std::vector<std::string> path_values;  // what stood at the route's {names}, decoded, in order
    bool authenticated = false;
    Caller caller;  // set once authenticated
    // Set where the request asks for a condition (see service/conditions.h): what it is about; null: nothing that is
    // shown.
    bool has_condition = false;
    const Route* shown = nullptr;
    std::shared_ptr<const KnownIdentity> identity = {};  // whose credential it was; null: none was presented
    std::string secret;                                  // what was presented; only where an answer is to be stored
    bool has_wrong_key = false;  // set once an operation that was shown one has refused it; see Access
    // Set by a parser whose dialect has several revisions: in which of them the body speaks. Its caller is answered in
    // that one from then on, wherever nothing else says.
    mutable std::optional<Revision> spoken_revision = {};
    std::optional<Revision> last_revision = {};  // the same, of the request before
    int begun = 1;                               // how often: see begins_again()
    bool is_prepared = false;  // set by a route that replaces the body by what it works with: not to be done twice
    std::chrono::microseconds waited{0};  // because it asked to: no time that the server took
};

struct App {
    db::Database& database;
    World& world;
    std::function<void(const Call&, const std::string& sentence)>
        log_failure;  // a broken machine, before it is answered
    std::shared_ptr<KeysInProgress> keys_in_progress = {};
    std::shared_ptr<Admission> admission = {};
    std::function<void(const Call&)> note_spoken_revision = {};  // of a call that has one
    std::shared_ptr<FeedWaiters> feed_waiters = {};              // null: nobody can wait for events
    // The route of a call once more, with what is so now of its caller.
    std::function<void(const std::shared_ptr<Call>&, const http::Reply&)> begin_again = {};
};

// What a server remembers of a caller counts only as long as the database says the same. To be called first by each
// work that goes by it: throws db::Outdated where another server has changed something meanwhile.
void require_known(db::Tx&, const Call&);

// Whether that is why a work has failed, and the call has begun again, and replies; it does so a few times at most.
// What the work has decided is of no use then.
bool begins_again(const App&, const std::shared_ptr<Call>&, const std::exception_ptr& failure, const http::Reply&);
// The same for those who have something to put in order before: whether, and that it does.
bool is_to_begin_again(const App&, const Call&, const std::exception_ptr& failure);
void begin_again(const App&, const std::shared_ptr<Call>&, const http::Reply&);

// As app.database.write(), in turn with others: every write that somebody has asked for goes this way. cost: in rows,
// roughly.
void write(const App&, const Call&, db::Database::Work, db::Database::Done, std::int64_t cost = 1);

using RenderError = http::Response (*)(const Call&, const Error&);

// Who may call a route. For anyone, Call::caller stays empty: the operation must find out itself whom it concerns. By
// key: the same, and it does so by a key or a link in the request; wrong ones count like wrong credentials.
enum class Access { authenticated, anyone, by_key };

struct Route {
    http::Method method;
    std::string_view path;  // "/api/v1/partners/accounts/{accountUid}"
    std::function<void(const App&, std::shared_ptr<Call>, RenderError, http::Reply)> run;
    Access access = Access::authenticated;
    std::optional<OperatorRole> least_role = {};  // that an operator needs; absent: see least_role_of
    bool honours_idempotency_key = false;
    bool shows_new_secret = false;  // once: nobody but the credential that asked may be answered so again
    bool checks_conditions = false;
    // Of what shows one thing: the same answer, within a transaction. Absent: it is refused.
    std::function<std::optional<http::Response>(db::Tx&, World&, const Call&)> show = {};
};

// for_anyone(read_route(...))
inline Route for_anyone(Route route) {
    route.access = Access::anyone;
    return route;
}

inline Route by_key(Route route) {
    route.access = Access::by_key;
    return route;
}

// for_support(write_route(...)): for operators of that role, and of those above it (see engine/access/operator_role.h).
inline Route for_role(OperatorRole least, Route route) {
    route.least_role = least;
    return route;
}
inline Route for_reader(Route route) { return for_role(OperatorRole::reader, std::move(route)); }
inline Route for_support(Route route) { return for_role(OperatorRole::support, std::move(route)); }
inline Route for_operator(Route route) { return for_role(OperatorRole::operator_, std::move(route)); }

// A route that names none is for administrators only.
inline OperatorRole least_role_of(const Route& route) { return route.least_role.value_or(OperatorRole::administrator); }

// showing_secret(create_route(...))
inline Route showing_secret(Route route) {
    route.shows_new_secret = true;
    return route;
}

struct Dialect {
    std::string_view name;
    std::string_view prefix;  // all its paths begin so
    const std::vector<Route>* routes;
    CredentialKind credential_kind;
    std::vector<CredentialKind> other_credential_kinds = {};  // that open it too
    std::vector<std::string_view> media_types;                // of request bodies
    bool ignores_case = false;                                // in paths (but not in what stands at {names})

    // The secret that the caller presents; absent: none. Borrowed from the request.
    std::optional<std::string_view> (*find_secret)(const http::Request&);
    // Whose the secret is; absent: it is a credential.
    FindIdentity find_identity = nullptr;
    // Whether a session of the console is as good as a credential, where none is presented (see service/cookies.h).
    bool takes_console_sessions = false;
    // The status, 406 or 415, with which this dialect refuses what the headers ask for, beyond media_types; absent:
    // none.
    std::optional<int> (*refuse_headers)(const http::Request&) = nullptr;
    // What the engine refused, in this dialect's words. Reason::unauthenticated carries no field when nothing was
    // presented.
    RenderError render_error;
    // What HTTP refused (404 for a path, 405, 408, 411, 413, 414, 415, 431, ...), in this dialect's shape.
    http::Response (*render_status)(const Call&, int status, std::string_view detail);
    // The OpenAPI documents that describe all of its routes, by their names in openapi/, without ".json": one for each
    // revision. A test holds them against the routes and the transcripts.
    std::vector<std::string_view> documents = {};
};

// The reason that a broken machine gives: unavailable (try again later) or broken; says nothing else.
Error to_error(const std::exception_ptr& failure);

// Whether it says that what was presented (a credential, a link) is not valid; not, that nothing was presented.
bool is_of_wrong_key(const Error&);

// One sentence about a broken machine, for the log.
std::string describe(const std::exception_ptr& failure);

namespace detail {

inline void note_spoken_revision(const App& app, const Call& call) {
    if (call.spoken_revision && call.identity && app.note_spoken_revision) app.note_spoken_revision(call);
}

// Of service/conditions.h, which includes this file.
Result<void> check_condition_of(db::Tx&, World&, const Call&);
http::Response answer_unless_known(const Call&, http::Response);

template <class Command, class Answer>
struct Job {
    std::shared_ptr<Call> call;
    Command command;
    std::optional<Result<Answer>> answer;
};

// Commands of many rows say so by having them.
template <class Command>
std::int64_t cost_of(const Command& command) {
    if constexpr (requires { command.rows.size(); })
        return 1 + static_cast<std::int64_t>(command.rows.size());
    else
        return 1;
}

// Never throws: it runs on threads of the database, which know no request to answer.
template <class Command, class Answer>
http::Response response_of(const App& app, const Job<Command, Answer>& job,
                           http::Response (*render)(const Call&, const Answer&), RenderError render_error,
                           const std::exception_ptr& failure) {
    try {
        if (failure) std::rethrow_exception(failure);
        if (!job.answer->ok()) {
            job.call->has_wrong_key = is_of_wrong_key(job.answer->error());
            return render_error(*job.call, job.answer->error());
        }
        return answer_unless_known(*job.call, render(*job.call, job.answer->value()));
    } catch (...) {
        const std::exception_ptr broken = std::current_exception();
        app.log_failure(*job.call, describe(broken));
        return render_error(*job.call, to_error(broken));
    }
}

// What a request says of its reasons is judged once, for all operations of all dialects.
template <class Command, class Answer>
Result<Answer> operate(db::Tx& tx, World& world, const Call& call,
                       Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                       const Command& command) {
    if (!call.caller.why.empty()) TRY(check_why(tx, call.caller));
    return operation(tx, world, call.caller, command);
}

template <class Command, class Answer>
Route route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
            Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
            http::Response (*render)(const Call&, const Answer&), bool writes) {
    auto run = [=](const App& app, std::shared_ptr<Call> call, RenderError render_error, http::Reply reply) {
        Result<Command> command = parse(*call);
        note_spoken_revision(app, *call);
        if (!command.ok()) return reply(render_error(*call, command.error()));

        const Call& asked = *call;
        auto job = std::make_shared<Job<Command, Answer>>(
            Job<Command, Answer>{std::move(call), std::move(command).value(), std::nullopt});
        auto work = [job, operation, &world = app.world](db::Tx& tx) {
            require_known(tx, *job->call);
            const Result<void> holds = check_condition_of(tx, world, *job->call);
            if (holds.ok())
                job->answer.emplace(operate(tx, world, *job->call, operation, job->command));
            else
                job->answer.emplace(holds.error());
            return job->answer->ok() ? db::Outcome::keep : db::Outcome::undo;
        };
        auto done = [job, render, render_error, &app, reply = std::move(reply)](std::exception_ptr failure) {
            if (begins_again(app, job->call, failure, reply)) return;
            reply(response_of(app, *job, render, render_error, failure));
        };
        if (writes)
            write(app, asked, std::move(work), std::move(done), cost_of(job->command));
        else
            app.database.read(std::move(work), std::move(done));
    };
    Route route{method, path, run};
    route.checks_conditions = true;
    return route;
}

// Of service/idempotency.h, which includes this file.
struct Attempted {
    http::Response response;
    bool is_refusal = false;  // undo what was written
    bool is_final = true;     // worth keeping: asking again would not help
};
bool has_idempotency_key(const Call&);
// Whether what is refused so may have been accepted once, by the key that it carries, and is to be answered as then.
bool may_be_repeat(const Call&, const Error&);
Attempted accepted(http::Response);
Attempted refused(http::Response, Reason);
void answer_once(const App&, const std::shared_ptr<Call>&, RenderError, const http::Reply&,
                 std::function<Attempted(db::Tx&)>, std::int64_t cost);

}  // namespace detail

// The operation runs on a snapshot and may write nothing.
template <class Command, class Answer>
Route read_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                 Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                 http::Response (*render)(const Call&, const Answer&)) {
    return detail::route(method, path, parse, operation, render, false);
}

// The same, of one thing: its answers carry an entity tag, and it is what conditions of writes at its path, and below
// it, are about.
template <class Command, class Answer>
Route show_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                 Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                 http::Response (*render)(const Call&, const Answer&)) {
    Route route = read_route(method, path, parse, operation, render);
    route.show = [=](db::Tx& tx, World& world, const Call& call) -> std::optional<http::Response> {
        const Result<Command> command = parse(call);
        if (!command.ok()) return std::nullopt;
        const Result<Answer> answer = operation(tx, world, call.caller, command.value());
        if (!answer.ok()) return std::nullopt;
        return render(call, answer.value());
    };
    return route;
}

// The route, once a look at a snapshot has found nothing wrong: what is refused anyway takes no turn of the writer, nor
// whatever else the route costs. The operation looks again: things may have changed in between.
using LookFirst = std::function<void(const App&, const std::shared_ptr<Call>&, RenderError, const http::Reply&,
                                     std::function<void()> go_on)>;

template <class Command>
LookFirst looking(Result<Command> (*parse)(const Call&),
                  Result<void> (*look)(db::Tx&, World&, const Caller&, const Command&)) {
    return [=](const App& app, const std::shared_ptr<Call>& call, RenderError render_error, const http::Reply& reply,
               std::function<void()> go_on) {
        Result<Command> command = parse(*call);
        if (!command.ok()) return reply(render_error(*call, command.error()));
        struct Look {
            Command command;
            Result<void> found;
        };
        auto job = std::make_shared<Look>(Look{std::move(command).value(), {}});
        app.database.read(
            [=, &world = app.world](db::Tx& tx) {
                require_known(tx, *call);
                job->found = look(tx, world, call->caller, job->command);
                return db::Outcome::keep;
            },
            [=, &app, go_on = std::move(go_on)](std::exception_ptr failure) {
                if (begins_again(app, call, failure, reply)) return;
                if (failure) {
                    app.log_failure(*call, describe(failure));
                    return reply(render_error(*call, to_error(failure)));
                }
                if (job->found.ok() || detail::may_be_repeat(*call, job->found.error())) return go_on();
                call->has_wrong_key = is_of_wrong_key(job->found.error());
                reply(render_error(*call, job->found.error()));
            });
    };
}

template <class Command>
Route after_looking(Result<Command> (*parse)(const Call&),
                    Result<void> (*look)(db::Tx&, World&, const Caller&, const Command&), Route route) {
    auto look_first = looking(parse, look);
    route.run = [look_first, run = std::move(route.run)](const App& app, std::shared_ptr<Call> call,
                                                         RenderError render_error, http::Reply reply) {
        look_first(app, call, render_error, reply, [=, &app] { run(app, call, render_error, reply); });
    };
    return route;
}

// The operation runs in a write transaction; nothing is answered before it is durable, and a refusal undoes what it
// wrote. Honours Idempotency-Key: for what makes something new. Costs nothing where none is sent; a stranger's is
// nobody's, and not looked at.
template <class Command, class Answer>
Route create_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                   Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                   http::Response (*render)(const Call&, const Answer&)) {
    Route route = detail::route(method, path, parse, operation, render, true);
    auto without_key = std::move(route.run);
    route.honours_idempotency_key = true;
    route.run = [=](const App& app, std::shared_ptr<Call> call, RenderError render_error, http::Reply reply) {
        const bool is_somebodys = call->authenticated && detail::has_idempotency_key(*call);
        if (!is_somebodys) return without_key(app, std::move(call), render_error, std::move(reply));
        Result<Command> command = parse(*call);
        detail::note_spoken_revision(app, *call);
        if (!command.ok()) return reply(render_error(*call, command.error()));
        const std::int64_t cost = detail::cost_of(command.value());
        auto attempt = [=, &world = app.world, command = std::move(command).value()](db::Tx& tx) {
            const Result<void> holds = detail::check_condition_of(tx, world, *call);
            if (!holds.ok()) return detail::refused(render_error(*call, holds.error()), holds.error().reason);
            const Result<Answer> answer = detail::operate(tx, world, *call, operation, command);
            if (answer.ok()) return detail::accepted(render(*call, answer.value()));
            return detail::refused(render_error(*call, answer.error()), answer.error().reason);
        };
        detail::answer_once(app, call, render_error, reply, std::move(attempt), cost);
    };
    return route;
}

// The same for what may as well be asked for twice: PATCH, PUT and DELETE look at no key. Every POST does.
template <class Command, class Answer>
Route write_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                  Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                  http::Response (*render)(const Call&, const Answer&)) {
    if (method == http::Method::post) return create_route(method, path, parse, operation, render);
    return detail::route(method, path, parse, operation, render, true);
}

}  // namespace service
