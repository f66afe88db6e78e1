#include "dialect/admin/admin.h"

#include <iterator>

#include "dialect/admin/nouns.h"
#include "dialect/admin/problem.h"

namespace admin {
namespace {

std::vector<service::Route> all_routes() {
    std::vector<service::Route> routes;
    for (auto of_noun : {account_routes, reseller_routes, credential_routes, domain_routes, promotion_routes,
                         event_routes, count_routes, redemption_routes, manager_routes, catalogue_routes,
                         balance_routes, import_routes, plan_routes})
        for (service::Route& route : of_noun()) routes.push_back(std::move(route));
    return routes;
}

const std::vector<service::Route> routes = all_routes();

}  // namespace

// The scheme's name in any case (RFC 9110 11.1). Two headers are no credential.
std::optional<std::string_view> find_bearer_token(const http::Request& request) {
    const std::string* header = request.headers.find("authorization");
    if (!header || request.headers.count("authorization") != 1) return std::nullopt;
    constexpr std::string_view scheme = "bearer ";
    std::string_view value = *header;
    if (!http::equal_without_case(value.substr(0, scheme.size()), scheme)) return std::nullopt;
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (value.empty()) return std::nullopt;
    return value;
}

const service::Dialect dialect = {
    .name = "admin",
    .prefix = "/admin/v1/",
    .routes = &routes,
    .credential_kind = CredentialKind::operator_token,
    .media_types = {"application/json"},
    .find_secret = find_bearer_token,
    .render_error = render_error,
    .render_status = render_status,
    .documents = {"admin"},
};

}  // namespace admin
