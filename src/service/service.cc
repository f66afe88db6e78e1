#include "service/service.h"

#include <algorithm>
#include <atomic>

#include "core/hexadecimal.h"
#include "engine/access/console_session.h"
#include "engine/access/operator_role.h"
#include "json/read.h"
#include "service/admission.h"
#include "service/conditions.h"
#include "service/cookies.h"
#include "service/feed_waiters.h"
#include "service/idempotency.h"
#include "service/identity_cache.h"
#include "service/router.h"
#include "service/trusted_proxies.h"

namespace service {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t request_id_length_max = 128;

bool is_sane_request_id(std::string_view id) {
    const auto is_sane = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
               (character >= '0' && character <= '9') ||
               std::string_view("-_.:/+=@").find(character) != std::string_view::npos;
    };
    return !id.empty() && id.size() <= request_id_length_max && std::all_of(id.begin(), id.end(), is_sane);
}

std::string new_request_id(World& world) {
    std::string id;
    std::uint64_t bits = world.random_bits();
    for (int i = 0; i < 16; ++i, bits >>= 4) id += hexadecimal_digit(static_cast<unsigned>(bits & 15));
    return id;
}

bool has_body(const http::Request& request) {
    return !request.body.empty() && request.method != http::Method::get && request.method != http::Method::head;
}

bool has_prefix(std::string_view path, std::string_view prefix, bool ignores_case) {
    if (!ignores_case) return path.starts_with(prefix);
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    return path.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), path.begin(), [&](char a, char b) { return lower(a) == lower(b); });
}

bool is_encoded(const http::Request& request) {
    for (const http::Header& header : request.headers)
        if (http::equal_without_case(header.name, "content-encoding") && !header.value.empty() &&
            !http::equal_without_case(header.value, "identity"))
            return true;
    return false;
}

// Of a page that looks for news while nobody does anything: a session that is used so only is idle.
bool is_in_background(const http::Request& request) { return request.headers.find("partnerd-background") != nullptr; }

// What is answered where no dialect was meant: RFC 9457 problem details.
http::Response render_problem(int status, std::string_view detail) {
    std::string body = "{\"type\":\"about:blank\",\"title\":";
    ::json::append_json_string(body, http::reason_phrase(status));
    body += ",\"status\":" + std::to_string(status) + ",\"detail\":";
    ::json::append_json_string(body, detail);
    body += '}';
    return {.status = status, .content_type = "application/problem+json", .body = std::move(body)};
}

}  // namespace

std::string media_type_of(std::string_view content_type) {
    std::string type(content_type.substr(0, content_type.find(';')));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return type;
}

struct Service::Impl {
    Impl(db::Database& database, World& world, ServiceOptions options)
        : options(std::move(options)),
          app{database, world, [this](const Call& call, const std::string& sentence) { log(call, sentence); },
              std::make_shared<KeysInProgress>(), std::make_shared<Admission>(database, this->options.admission)},
          identities(database, world),
          attempts(this->options.wrong_credentials),
          trusted_proxies(this->options.trusted_proxies) {
        app.feed_waiters = this->options.feed_waiters;
        app.note_spoken_revision = [this](const Call& call) {
            identities.note_spoken(*call.identity, *call.spoken_revision);
        };
        app.begin_again = [this](const std::shared_ptr<Call>& call, const http::Reply& reply) {
            begin_again(call, reply);
        };
    }

    const Dialect* find_dialect(std::string_view path) const {
        for (const Dialect* dialect : options.dialects)
            if (has_prefix(path, dialect->prefix, dialect->ignores_case)) return dialect;
        return nullptr;
    }

    void log(const Call& call, const std::string& sentence) const {
        if (options.log_failure) options.log_failure(call.request_id, sentence);
    }

    std::string choose_request_id(const http::Request& request) {
        const std::string* sent = request.headers.find("x-request-id");
        return sent && is_sane_request_id(*sent) ? *sent : new_request_id(app.world);
    }

    // Of several headers none counts.
    std::optional<TraceContext> find_trace(const http::Request& request) {
        const std::string* sent = request.headers.find("traceparent");
        if (!sent || request.headers.count("traceparent") != 1) return std::nullopt;
        auto trace = parse_traceparent(*sent);
        if (trace) trace->parent_id = span_id_of(app.world.random_bits());
        return trace;
    }

    // Everything that is answered passes here once.
    void finish(const Call& call, http::Response& response, SteadyClock::time_point begun) const {
        response.headers.set("X-Request-Id", call.request_id);
        // What is answered here names people and shows tokens: only who knows better lets it be kept.
        if (!response.headers.find("cache-control")) response.headers.set("Cache-Control", "no-store");
        if (!options.log_access) return;
        const std::string near = call.route ? std::string() : find_near(call.request.path());
        options.log_access({
            .method = call.request.method_name,
            .route = call.route ? call.route->path : std::string_view(near),
            .matched = call.route,
            .status = response.status,
            .duration = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun) - call.waited,
            .reseller_id = call.authenticated ? call.caller.reseller.id : 0,
            .request_id = call.request_id,
            .client_address = call.client_address,
            .trace_id = call.trace ? std::string_view(call.trace->trace_id) : std::string_view(),
        });
    }

    std::string find_near(std::string_view path) const {
        const Dialect* dialect = find_dialect(path);
        return dialect ? describe_near(*dialect->routes, path, dialect->ignores_case) : "*";
    }

    void receive(Call& call, http::Request request) {
        call.request_id = choose_request_id(request);
        call.trace = find_trace(request);
        http::Requester requester = http::find_requester(request, trusted_proxies.get(), options.scheme);
        call.client_address = std::move(requester.address);
        call.scheme = std::move(requester.scheme);
        call.host = std::move(requester.host);
        call.request = std::move(request);
    }

    void serve(http::Request request, http::Reply reply, Service::CallerFor caller_for = {}) {
        auto call = std::make_shared<Call>();
        receive(*call, std::move(request));
        auto answer = [this, call, begun = SteadyClock::now(), reply = std::move(reply)](http::Response response) {
            finish(*call, response, begun);
            reply(std::move(response));
        };
        try {
            route(call, answer, caller_for);
        } catch (const std::exception&) {
            log(*call, describe(std::current_exception()));
            answer(render_status(*call, 500, "Internal server error"));
        }
    }

    http::Response render_status(const Call& call, int status, std::string_view detail) const {
        const Dialect* dialect = find_dialect(call.request.path());
        return dialect ? dialect->render_status(call, status, detail) : render_problem(status, detail);
    }

    void route(const std::shared_ptr<Call>& call, const http::Reply& answer, const Service::CallerFor& caller_for) {
        const Dialect* dialect = find_dialect(call->request.path());
        if (!dialect) return answer(render_problem(404, "There is nothing at this path."));

        Match match = find_route(*dialect->routes, call->request.method, call->request.path(), dialect->ignores_case);
        if (!match.route && match.allow.empty())
            return answer(dialect->render_status(*call, 404, "There is nothing at this path."));
        if (!match.route) {
            http::Response response = dialect->render_status(*call, 405, "This path does not know the method.");
            response.headers.set("Allow", match.allow);
            // No client of any API asks so; who does is no client, and wants to hear it from HTTP.
            if (call->request.method_name == "TRACE") response.status = 405;
            return answer(std::move(response));
        }
        call->route = match.route;
        call->path_values = std::move(match.path_values);
        call->has_condition = has_condition(call->request);
        if (call->has_condition) call->shown = find_shown(*dialect->routes, *match.route);
        if (match.route->access == Access::anyone) return run(*dialect, call, answer);
        if (match.route->access == Access::by_key) return look_at_key(*dialect, call, answer);
        if (caller_for && !dialect->find_secret(call->request)) {
            call->caller = caller_for(dialect->credential_kind);
            call->caller.kind = dialect->credential_kind;
            call->authenticated = true;
            return run(*dialect, call, answer);
        }
        authenticate(*dialect, call, answer, &Impl::admit);
    }

    static Error too_many_failures() {
        return {Reason::limit_exceeded, "Too many wrong credentials from this address; try again later."};
    }

    void look_at_key(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer) {
        run(dialect, call, [this, &dialect, call, now = app.world.now(), answer](http::Response response) {
            if (call->has_wrong_key && !attempts.count_failure(call->client_address, now))
                return answer(dialect.render_error(*call, too_many_failures()));
            answer(std::move(response));
        });
    }

    // What follows once it is known who asks.
    using Next = void (Impl::*)(const Dialect&, const std::shared_ptr<Call>&, const http::Reply&, Instant now);

    void authenticate(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer, Next next) {
        const Instant now = app.world.now();
        auto secret = dialect.find_secret(call->request);
        FindIdentity find_identity = dialect.find_identity;
        if (!secret && dialect.takes_console_sessions) {
            secret = find_console_cookie(*call);
            find_identity = find_console_identity;
        }
        if (!secret) return answer(dialect.render_error(*call, {Reason::unauthenticated, "A credential is required."}));

        if (call->route->shows_new_secret && detail::has_idempotency_key(*call)) call->secret = *secret;

        identities.find(*secret, find_identity,
                        [=, this, &dialect](IdentityCache::Found identity, std::exception_ptr failure) {
                            accept(dialect, call, answer, now, identity, failure, next);
                        });
    }

    // Of several kinds that open a dialect, the one that the credential is of.
    static CredentialKind kind_wanted(const Dialect& dialect, const IdentityCache::Found& identity) {
        const auto& others = dialect.other_credential_kinds;
        if (!identity) return dialect.credential_kind;
        const CredentialKind kind = identity->identity.credential.kind;
        return std::find(others.begin(), others.end(), kind) != others.end() ? kind : dialect.credential_kind;
    }

    void accept(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer, Instant now,
                const IdentityCache::Found& identity, const std::exception_ptr& failure, Next next) {
        if (failure) {
            log(*call, describe(failure));
            return answer(dialect.render_error(*call, to_error(failure)));
        }
        const CredentialKind kind = kind_wanted(dialect, identity);
        auto caller = identity && !identity->has_ended(now)
                          ? accept_identity(app.world, identity->identity, kind)
                          : Error{Reason::unauthenticated, "The credential is not valid."};
        // One that was valid once is refused in the words that its holder knows.
        if (identity && identity->identity.credential.kind == kind) {
            call->caller.revision = identity->identity.credential.revision;
            call->last_revision = identity->spoken_revision();
        }
        if (!caller.ok()) {
            if (!attempts.count_failure(call->client_address, now))
                return answer(dialect.render_error(*call, too_many_failures()));
            Error error = std::move(caller).error();
            error.fields = {{"credential", Rule::not_valid, ""}};
            return answer(dialect.render_error(*call, error));
        }
        call->caller = std::move(caller).value();
        call->identity = identity;
        call->authenticated = true;
        (this->*next)(dialect, call, answer, now);
    }

    void admit(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer, Instant now) {
        const IdentityCache::Found& identity = call->identity;
        identities.note_use(*identity, call->caller, now);
        if (!is_in_background(call->request)) identities.note_use_of_session(*identity, now);
        if (identity->limits.are_none()) return run(dialect, call, answer);
        run_within_limits(dialect, call, answer, identity, now);
    }

    // What was known of the caller is not so any more. What has been counted of the request stays counted.
    void begin_again(const std::shared_ptr<Call>& call, const http::Reply& answer) {
        const Dialect& dialect = *find_dialect(call->request.path());
        try {
            authenticate(dialect, call, answer, &Impl::run_again);
        } catch (const std::exception&) {
            log(*call, describe(std::current_exception()));
            answer(dialect.render_error(*call, to_error(std::current_exception())));
        }
    }

    void run_again(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer, Instant) {
        note_request(dialect, *call);
        if (const auto allowed = check_role(dialect, *call); !allowed.ok())
            return answer(dialect.render_error(*call, allowed.error()));
        run_route(dialect, call, answer);
    }

    void run_within_limits(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer,
                           const IdentityCache::Found& identity, Instant now) {
        const bool is_read = call->request.method == http::Method::get || call->request.method == http::Method::head;
        const Credential& credential = identity->identity.credential;
        auto verdict = app.admission->take(identity->limits, credential.reseller_id, credential.id, !is_read, now);
        const bool is_admitted = verdict.is_admitted;
        const std::int64_t wait_seconds = verdict.wait_seconds;
        http::Reply told = answer;
        if (options.shows_limits && !verdict.states.empty())
            told = [answer, verdict = std::move(verdict)](http::Response response) {
                add_limit_headers(response.headers, verdict);
                answer(std::move(response));
            };
        if (is_admitted) return run(dialect, call, told);
        http::Response refused = dialect.render_error(
            *call, {Reason::limit_exceeded, "Too many requests; try again in " + std::to_string(wait_seconds) +
                                                (wait_seconds == 1 ? " second." : " seconds.")});
        refused.headers.set("Retry-After", std::to_string(wait_seconds));
        told(std::move(refused));
    }

    // What the events of this request will say of it, in all dialects.
    static void note_request(const Dialect& dialect, Call& call) {
        call.caller.request_id = call.request_id;
        if (call.trace) call.caller.trace = render_traceparent(*call.trace);
        call.caller.api = dialect.name;
        call.caller.remote_address = call.client_address;
        if (!call.authenticated) return;
        if (const std::string* reason = call.request.headers.find("partnerd-reason")) call.caller.why.reason = *reason;
        if (const std::string* comment = call.request.headers.find("partnerd-comment"))
            call.caller.why.comment = *comment;
    }

    static Result<void> check_role(const Dialect& dialect, const Call& call) {
        if (dialect.credential_kind != CredentialKind::operator_token || !call.authenticated) return {};
        return require_role(call.caller, least_role_of(*call.route));
    }

    void run(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer) {
        note_request(dialect, *call);
        if (const auto allowed = check_role(dialect, *call); !allowed.ok())
            return answer(dialect.render_error(*call, allowed.error()));
        const auto fault = options.find_fault ? options.find_fault(*call) : std::nullopt;
        if (fault) return run_with_fault(*fault, dialect, call, answer);
        run_route(dialect, call, answer);
    }

    void run_with_fault(const Fault& fault, const Dialect& dialect, const std::shared_ptr<Call>& call,
                        const http::Reply& answer) {
        const bool is_delay = fault.kind == Fault::Kind::delay;
        if (is_delay && !fault.has_effect)
            return options.run_after(fault.delay, [=, this, &dialect] { run_route(dialect, call, answer); });
        if (!fault.has_effect) return answer(render_fault(fault, dialect, *call));
        run_route(dialect, call, [=, this, &dialect](http::Response response) {
            if (!is_delay) return answer(render_fault(fault, dialect, *call));
            options.run_after(fault.delay, [=] { answer(response); });
        });
    }

    static http::Response render_fault(const Fault& fault, const Dialect& dialect, const Call& call) {
        constexpr const char* detail = "A fault that was asked for.";
        switch (fault.kind) {
        case Fault::Kind::too_many_requests: return dialect.render_error(call, {Reason::limit_exceeded, detail});
        case Fault::Kind::unavailable: return dialect.render_error(call, {Reason::unavailable, detail});
        case Fault::Kind::drop: return {.connection = http::Connection::drop};
        case Fault::Kind::delay:
        case Fault::Kind::internal_error: break;
        }
        return dialect.render_error(call, {Reason::broken, detail});
    }

    void run_route(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer) {
        if (has_body(call->request) && !accepts_body(dialect, call->request))
            return answer(dialect.render_status(*call, 415, "The body has a media type that is not supported here."));
        if (has_body(call->request) && is_encoded(call->request))
            return answer(
                dialect.render_status(*call, 415, "The body has a Content-Encoding; none is supported here."));
        if (const auto status = dialect.refuse_headers ? dialect.refuse_headers(call->request) : std::nullopt)
            return answer(dialect.render_status(*call, *status,
                                                *status == 415 ? "The body has a media type that is not supported here."
                                                               : "No media type that is asked for can be answered."));
        try {
            if (call->has_condition && !call->route->checks_conditions) return run_if_it_holds(dialect, call, answer);
            call->route->run(app, call, dialect.render_error, answer);
        } catch (const std::exception&) {
            log(*call, describe(std::current_exception()));
            answer(dialect.render_error(*call, to_error(std::current_exception())));
        }
    }

    // Of a route that is no single transaction: its condition is looked at before it begins.
    void run_if_it_holds(const Dialect& dialect, const std::shared_ptr<Call>& call, const http::Reply& answer) {
        auto holds = std::make_shared<Result<void>>();
        app.database.read(
            [this, call, holds](db::Tx& tx) {
                require_known(tx, *call);
                *holds = check_condition(tx, app.world, *call);
                return db::Outcome::keep;
            },
            [this, call, holds, &dialect, answer](std::exception_ptr failure) {
                if (begins_again(app, call, failure, answer)) return;
                if (failure) log(*call, describe(failure));
                if (failure) return answer(dialect.render_error(*call, to_error(failure)));
                if (!holds->ok()) return answer(dialect.render_error(*call, holds->error()));
                call->route->run(app, call, dialect.render_error, answer);
            });
    }

    // A body that does not say what it is is taken for what it has to be.
    static bool accepts_body(const Dialect& dialect, const http::Request& request) {
        const std::string* content_type = request.headers.find("content-type");
        if (!content_type) return true;
        const auto& accepted = dialect.media_types;
        return std::find(accepted.begin(), accepted.end(), media_type_of(*content_type)) != accepted.end();
    }

    ServiceOptions options;
    App app;
    IdentityCache identities;
    AttemptLimiter attempts;
    TrustedProxies trusted_proxies;
};

Service::Service(db::Database& database, World& world, ServiceOptions options)
    : impl_(std::make_unique<Impl>(database, world, std::move(options))) {}

Service::~Service() { stop(); }

void Service::serve(http::Request request, http::Reply reply) { impl_->serve(std::move(request), std::move(reply)); }

void Service::serve_from_inside(CallerFor caller_for, http::Request request, http::Reply reply) {
    impl_->serve(std::move(request), std::move(reply), std::move(caller_for));
}

// Who waits for events looks once more, or is answered at once: before there is no thread for that.
void Service::stop() {
    if (impl_->app.feed_waiters) impl_->app.feed_waiters->stop();
    impl_->app.admission->stop();
}

void Service::set_trusted_proxies(std::vector<http::Network> networks) {
    impl_->trusted_proxies.set(std::move(networks));
}

http::Response Service::refuse(const http::Request& request, int status, std::string_view detail) {
    Call call;
    impl_->receive(call, request);
    http::Response response = impl_->render_status(call, status, detail);
    impl_->finish(call, response, SteadyClock::now());
    return response;
}

http::Response Service::refuse_for_now(const http::Request& request, std::string_view detail) {
    Call call;
    impl_->receive(call, request);
    const Dialect* dialect = impl_->find_dialect(call.request.path());
    http::Response response =
        dialect ? dialect->render_error(call, {Reason::unavailable, std::string(detail)}) : render_problem(503, detail);
    if (!response.headers.find("retry-after")) response.headers.set("Retry-After", "1");
    impl_->finish(call, response, SteadyClock::now());
    return response;
}

}  // namespace service
