// A published API is a Dialect: a table of routes, and how it says no. A route is a path and three plain functions:
//
//     parse      the dialect's request  ->  a command of the engine
//     operation  the command            ->  an answer, decided inside one transaction
//     render     the answer             ->  the dialect's response
//
// write_route() and read_route() are the only code that knows how the three are joined; serve() (service.h) is the only
// code that knows what happens before. Nothing here waits: what takes time calls back.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/authenticate.h"
#include "engine/access/why.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "http/message.h"

namespace service {

struct Route;
class KeysInProgress;  // see service/idempotency.h
class SlowWork;        // see service/slow_work.h

// A request on its way: matched, then authenticated, then parsed.
struct Call {
    http::Request request;
    std::string request_id;
    const Route* route = nullptr;          // set once matched
    std::vector<std::string> path_values;  // what stood at the route's {names}, decoded, in order
    bool authenticated = false;
    Caller caller;               // set once authenticated
    std::string secret;          // what was presented; only where an answer is to be stored
    bool has_wrong_key = false;  // set once an operation that was shown one has refused it; see Access
};

struct App {
    db::Database& database;
    World& world;
    std::function<void(const Call&, const std::string& sentence)>
        log_failure;  // a broken machine, before it is answered
    std::shared_ptr<KeysInProgress> keys_in_progress = {};
    std::shared_ptr<SlowWork> slow_work = {};
};

using RenderError = http::Response (*)(const Call&, const Error&);

// Who may call a route. For anyone, Call::caller stays empty: the operation must find out itself whom it concerns. By
// key: the same, and it does so by a key in the request; wrong ones count like wrong credentials.
enum class Access { authenticated, anyone, by_key };

struct Route {
    http::Method method;
    std::string_view path;  // "/api/v1/partners/accounts/{accountUid}"
    std::function<void(const App&, std::shared_ptr<Call>, RenderError, http::Reply)> run;
    Access access = Access::authenticated;
    bool honours_idempotency_key = false;
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

struct Dialect {
    std::string_view name;
    std::string_view prefix;  // all its paths begin so
    const std::vector<Route>* routes;
    CredentialKind credential_kind;
    std::vector<std::string_view> media_types;  // of request bodies
    bool ignores_case = false;                  // in paths (but not in what stands at {names})

    // The secret that the caller presents; absent: none. Borrowed from the request.
    std::optional<std::string_view> (*find_secret)(const http::Request&);
    // Whose the secret is; absent: it is a credential.
    FindIdentity find_identity = nullptr;
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

// Whether it says that what was presented is not valid; not, that nothing was presented.
bool is_of_wrong_key(const Error&);

// One sentence about a broken machine, for the log.
std::string describe(const std::exception_ptr& failure);

namespace detail {

template <class Command, class Answer>
struct Job {
    std::shared_ptr<Call> call;
    Command command;
    std::optional<Result<Answer>> answer;
};

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
        return render(*job.call, job.answer->value());
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
            http::Response (*render)(const Call&, const Answer&),
            void (db::Database::*transaction)(db::Database::Work, db::Database::Done)) {
    auto run = [=](const App& app, std::shared_ptr<Call> call, RenderError render_error, http::Reply reply) {
        Result<Command> command = parse(*call);
        if (!command.ok()) return reply(render_error(*call, command.error()));

        auto job = std::make_shared<Job<Command, Answer>>(
            Job<Command, Answer>{std::move(call), std::move(command).value(), std::nullopt});
        auto work = [job, operation, &world = app.world](db::Tx& tx) {
            job->answer.emplace(operate(tx, world, *job->call, operation, job->command));
            return job->answer->ok() ? db::Outcome::keep : db::Outcome::undo;
        };
        auto done = [job, render, render_error, &app, reply = std::move(reply)](std::exception_ptr failure) {
            reply(response_of(app, *job, render, render_error, failure));
        };
        (app.database.*transaction)(std::move(work), std::move(done));
    };
    return {method, path, run};
}

// Of service/idempotency.h, which includes this file.
struct Attempted {
    http::Response response;
    bool is_refusal = false;  // undo what was written
    bool is_final = true;     // worth keeping: asking again would not help
};
bool has_idempotency_key(const Call&);
Attempted accepted(http::Response);
Attempted refused(http::Response, Reason);
void answer_once(const App&, const std::shared_ptr<Call>&, RenderError, const http::Reply&,
                 std::function<Attempted(db::Tx&)>);

}  // namespace detail

// The operation runs in a write transaction; nothing is answered before it is durable, and a refusal undoes what it
// wrote.
template <class Command, class Answer>
Route write_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                  Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                  http::Response (*render)(const Call&, const Answer&)) {
    return detail::route(method, path, parse, operation, render, &db::Database::write);
}

// The operation runs on a snapshot and may write nothing.
template <class Command, class Answer>
Route read_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                 Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                 http::Response (*render)(const Call&, const Answer&)) {
    return detail::route(method, path, parse, operation, render, &db::Database::read);
}

// The same, for what makes something new: honours Idempotency-Key. Costs nothing where none is sent.
template <class Command, class Answer>
Route create_route(http::Method method, std::string_view path, Result<Command> (*parse)(const Call&),
                   Result<Answer> (*operation)(db::Tx&, World&, const Caller&, const Command&),
                   http::Response (*render)(const Call&, const Answer&)) {
    Route route = write_route(method, path, parse, operation, render);
    auto without_key = std::move(route.run);
    route.honours_idempotency_key = true;
    route.run = [=](const App& app, std::shared_ptr<Call> call, RenderError render_error, http::Reply reply) {
        if (!detail::has_idempotency_key(*call))
            return without_key(app, std::move(call), render_error, std::move(reply));
        Result<Command> command = parse(*call);
        if (!command.ok()) return reply(render_error(*call, command.error()));
        auto attempt = [=, &world = app.world, command = std::move(command).value()](db::Tx& tx) {
            const Result<Answer> answer = detail::operate(tx, world, *call, operation, command);
            if (answer.ok()) return detail::accepted(render(*call, answer.value()));
            return detail::refused(render_error(*call, answer.error()), answer.error().reason);
        };
        detail::answer_once(app, call, render_error, reply, std::move(attempt));
    };
    return route;
}

}  // namespace service
