#include "dialect/pages/visit.h"

#include "dialect/pages/visit_page.h"
#include "engine/subscriptions/access_link.h"
#include "service/conditions.h"
#include "service/cookies.h"
#include "service/query.h"

namespace visit {
namespace {

using service::after_looking;
using service::by_key;
using service::Call;
using service::read_route;
using service::write_route;

constexpr std::string_view cookie_name = "partnerd_visit";

// Lax, not Strict: the link stands on somebody else's page. Secure where the browser's connection is.
std::string cookie(const Call& call, std::string_view token, std::chrono::seconds life) {
    return std::string(cookie_name) + "=" + std::string(token) +
           "; Path=/visit/; Max-Age=" + std::to_string(life.count()) + "; HttpOnly; SameSite=Lax" +
           (call.scheme == "https" ? "; Secure" : "");
}

// Who only looks whether the link is there, or fetches it before anybody has asked, must not use it up.
bool is_meant(const http::Request& request) {
    const std::string* purpose = request.headers.find("sec-purpose");
    return request.method != http::Method::head && !(purpose && purpose->find("prefetch") != std::string::npos);
}

Result<AccessLink> parse_link(const Call& call) {
    if (!is_meant(call.request)) return Error{Reason::not_found, "This link is not being opened."};
    const auto parameters = TRY(service::parse_query(call.request.query()));
    const std::string* token = find_parameter(parameters, "token");
    return AccessLink{token ? *token : ""};
}

Result<AccessLink> parse_visit(const Call& call) {
    return AccessLink{std::string(service::find_cookie(call.request, cookie_name).value_or(""))};
}

http::Response render_opened(const Call& call, const Visit& visit) {
    http::Response response = render_message(303, "You are signed in", "Your browser should take you to your account.");
    response.headers.set("Location", "/visit/account");
    response.headers.set("Set-Cookie", cookie(call, visit.token, visit_life));
    return response;
}

http::Response render_account(const Call&, const Visit& visit) { return render_visit(visit); }

http::Response render_later(int status, std::string_view title, std::string_view seconds) {
    http::Response response = render_message(status, title, "Please try again in a minute.");
    response.headers.set("Retry-After", seconds);
    return response;
}

http::Response render_status(const Call&, int status, std::string_view) {
    if (status == 404) return render_message(404, "There is nothing here", "Please check the address.");
    return render_message(status, "This request cannot be answered", "Please open the link again.");
}

http::Response render_error(const Call& call, const Error& error) {
    if (service::is_stale(error)) return render_status(call, 412, error.detail);
    switch (error.reason) {
    case Reason::limit_exceeded: return render_later(429, "Too many attempts", "60");
    case Reason::unavailable: return render_later(503, "Not available now", "5");
    case Reason::broken: return render_message(500, "Something went wrong", "It is our fault: please try again later.");
    case Reason::malformed:
    case Reason::unauthenticated:
    case Reason::forbidden:
    case Reason::not_found:
    case Reason::gone:
    case Reason::invalid:
    case Reason::conflict:
    case Reason::idempotency_mismatch: break;
    }
    return render_message(404, "This link cannot be used",
                          "It works once, for a short time. Please ask whoever gave it to you for a new one.");
}

http::Response render_left(const Call& call) {
    http::Response response = render_message(200, "You are signed out", "You can close this page.");
    response.headers.set("Set-Cookie", cookie(call, "", std::chrono::seconds(0)));
    return response;
}

http::Response render_ended(const Call& call, const VisitEnded&) { return render_left(call); }

const service::Route end_route = after_looking(
    parse_visit, look_at_visit, write_route(http::Method::post, "/visit/leave", parse_visit, end_visit, render_ended));

// Also who has no visit any more is signed out afterwards.
void leave(const service::App& app, std::shared_ptr<Call> call, service::RenderError, http::Reply reply) {
    const auto render = [](const Call& left, const Error& error) {
        return error.reason == Reason::not_found ? render_left(left) : render_error(left, error);
    };
    end_route.run(app, std::move(call), render, std::move(reply));
}

const std::vector<service::Route> routes = {
    by_key(after_looking(
        parse_link, look_at_access_link,
        write_route(http::Method::get, "/visit/LogOnByToken.auth", parse_link, open_access_link, render_opened))),
    by_key(read_route(http::Method::get, "/visit/account", parse_visit, show_visit, render_account)),
    by_key({http::Method::post, "/visit/leave", leave}),
};

}  // namespace

const service::Dialect dialect = {
    .name = "visit",
    .prefix = "/visit/",
    .routes = &routes,
    .credential_kind = CredentialKind::api_key,  // nobody is asked for one
    .media_types = {"application/x-www-form-urlencoded"},
    .find_secret = [](const http::Request&) { return std::optional<std::string_view>(); },
    .render_error = render_error,
    .render_status = render_status,
};

}  // namespace visit
