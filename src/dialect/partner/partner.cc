#include "dialect/partner/partner.h"

#include "dialect/admin/problem.h"
#include "dialect/partner/nouns.h"
#include "service/bearer.h"

namespace partner {
namespace {

std::vector<service::Route> all_routes() {
    std::vector<service::Route> routes;
    for (auto of_noun : {self_routes, account_routes, event_routes, webhook_routes})
        for (service::Route& route : of_noun()) routes.push_back(std::move(route));
    return routes;
}

const std::vector<service::Route> routes = all_routes();

// Two that differ are no credential.
std::optional<std::string_view> find_secret(const http::Request& request) {
    const auto bearer = service::find_bearer_token(request);
    const std::string* token = request.headers.find("x-api-token");
    if (!token) return bearer;
    const bool is_alone = !request.headers.find("authorization") || bearer == *token;
    if (token->empty() || request.headers.count("x-api-token") != 1 || !is_alone) return std::nullopt;
    return *token;
}

http::Response render_error(const service::Call& call, const Error& error) {
    http::Response response = admin::render_error(call, error);
    if (response.status == 401)
        response.headers.set("WWW-Authenticate", error.fields.empty()
                                                     ? R"(Bearer realm="partner")"
                                                     : R"(Bearer realm="partner", error="invalid_token")");
    return response;
}

}  // namespace

const service::Dialect dialect = {
    .name = "partner",
    .prefix = "/partner/v1/",
    .routes = &routes,
    .credential_kind = CredentialKind::partner_token,
    .other_credential_kinds = {CredentialKind::api_key, CredentialKind::manager_token},
    .media_types = {"application/json"},
    .find_secret = find_secret,
    .render_error = render_error,
    .render_status = admin::render_status,
    .documents = {"partner"},
};

}  // namespace partner
