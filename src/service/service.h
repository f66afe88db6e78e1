// Service: what happens to a request before a route's three functions, and after. Gives it an id, finds its dialect and
// route, authenticates the caller (401 before 404), checks the media type, runs the route, and tells the access log.
// Built in server/; used by the HTTP server and, without a socket, by tests.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/forwarded.h"
#include "service/admission.h"
#include "service/attempt_limiter.h"
#include "service/dialect.h"
#include "service/fault.h"

namespace service {

// What the log says of a request that has been answered.
struct AccessRecord {
    std::string_view method;
    // The route's pattern; where none matched, as much of one as did, and "*": never what a caller wrote, which may be
    // a secret in the wrong place.
    std::string_view route;
    const Route* matched;  // its entry in the dialect's table, as a key; null: none matched
    int status;
    std::chrono::microseconds duration;
    std::int64_t reseller_id;  // 0: not authenticated
    std::string_view request_id;
    std::string_view client_address;
    std::string_view trace_id;  // empty: it belongs to no trace
};

struct ServiceOptions {
    std::vector<const Dialect*> dialects;
    std::function<void(const AccessRecord&)> log_access;                                      // may be empty
    std::function<void(std::string_view request_id, std::string_view sentence)> log_failure;  // may be empty
    // A sandbox's fault injection, asked for each request; both are empty elsewhere. run_after calls back later.
    std::function<std::optional<Fault>(const Call&)> find_fault = {};
    std::function<void(std::chrono::milliseconds, std::function<void()>)> run_after = {};
    // Wrong credentials beyond these are answered 429. A valid one is always served.
    AttemptLimits wrong_credentials = {};
    AdmissionLimits admission = {};
    // Whether those who have limits are told in each answer what is left of them (RateLimit, RateLimit-Policy).
    bool shows_limits = false;
    std::shared_ptr<FeedWaiters> feed_waiters = {};  // null: who would wait for an event is answered at once
    // What these say of a client's address, scheme and host is believed.
    std::vector<http::Network> trusted_proxies = {};
    std::string scheme = "http";  // in which the server itself is spoken to
};

class Service {
public:
    Service(db::Database&, World&, ServiceOptions);
    ~Service();
    Service(const Service&) = delete;

    void serve(http::Request, http::Reply);

    // The same for a request that nobody sent (a workflow's run; a command on a database): `caller_for` says who asks
    // in an API with credentials of that kind. A request that presents a credential is authenticated by it, as any
    // other.
    using CallerFor = std::function<Caller(CredentialKind)>;
    void serve_from_inside(CallerFor caller_for, http::Request, http::Reply);

    // Before the database ends: what is done outside of it, or waits for events of it, ends, or is dropped, first. The
    // end of this does the same.
    void stop();

    // In place of those of the options, for requests that are received from now on. From any thread.
    void set_trusted_proxies(std::vector<http::Network>);

    // For http::ServerOptions::refuse: the answer to what could not be read, in the shape of the dialect that was
    // meant.
    http::Response refuse(const http::Request&, int status, std::string_view detail);

    // The answer to any request while nothing can be done: what the dialect that was meant says of a database that is
    // away, with Retry-After.
    http::Response refuse_for_now(const http::Request&, std::string_view detail);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// "application/json; charset=utf-8" -> "application/json"
std::string media_type_of(std::string_view content_type);

}  // namespace service
