#include "dialect/admin/problem.h"

#include "core/ascii.h"
#include "json/writer.h"

namespace admin {
namespace {

struct Problem {
    int status;
    std::string code;
};

bool has_rule(const Error& error, Rule rule) { return !error.fields.empty() && error.fields[0].rule == rule; }

Problem problem_of(const Error& error) {
    switch (error.reason) {
    case Reason::malformed: return {400, "malformed_request"};
    case Reason::unauthenticated: return {401, "unauthenticated"};
    case Reason::forbidden: return {403, "forbidden"};
    case Reason::not_found: return {404, "not_found"};
    case Reason::gone: return {410, "gone"};
    case Reason::invalid: return {422, "invalid"};
    case Reason::conflict:
        if (has_rule(error, Rule::stale)) return {412, "stale"};
        if (has_rule(error, Rule::in_progress)) return {409, "idempotency_key_in_use"};
        return {409, "conflict"};
    case Reason::idempotency_mismatch: return {422, "idempotency_key_reused"};
    case Reason::limit_exceeded: return {429, "too_many_requests"};
    case Reason::unavailable: return {503, "unavailable"};
    case Reason::broken: return {500, "internal_error"};
    }
    return {500, "internal_error"};
}

http::Response render(const Problem& problem, std::string_view detail, const std::vector<FieldError>& fields) {
    ::json::JsonWriter body;
    body.open_object()
        .text("type", "about:blank")
        .text("title", http::reason_phrase(problem.status))
        .number("status", problem.status)
        .text("detail", detail)
        .text("code", problem.code);
    if (!fields.empty()) {
        body.open_array("errors");
        for (const FieldError& field : fields)
            body.open_object()
                .text("field", field.field)
                .text("code", to_string(field.rule))
                .text("detail", field.detail)
                .close_object();
        body.close_array();
    }
    body.close_object();
    return {.status = problem.status, .content_type = "application/problem+json", .body = body.finish()};
}

}  // namespace

http::Response render_error(const service::Call&, const Error& error) {
    http::Response response = render(problem_of(error), error.detail, error.fields);
    if (response.status == 401)
        response.headers.set("WWW-Authenticate", error.fields.empty()
                                                     ? R"(Bearer realm="operator")"
                                                     : R"(Bearer realm="operator", error="invalid_token")");
    if (response.status == 429 || response.status == 503) response.headers.set("Retry-After", "1");
    return response;
}

http::Response render_status(const service::Call&, int status, std::string_view detail) {
    return render({status, status == 400 ? "malformed_request" : to_snake_case(http::reason_phrase(status))}, detail,
                  {});
}

}  // namespace admin
