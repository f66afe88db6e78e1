#include "dialect/admin/admin.h"

#include <iterator>

#include "dialect/admin/nouns.h"
#include "dialect/admin/problem.h"
#include "service/bearer.h"

namespace admin {
namespace {

std::vector<service::Route> all_routes() {
    std::vector<service::Route> routes;
    for (auto of_noun : {account_routes, reseller_routes, credential_routes, domain_routes, promotion_routes,
                         event_routes, count_routes, redemption_routes, manager_routes, catalogue_routes,
                         balance_routes, import_routes, plan_routes, webhook_routes, search_routes})
        for (service::Route& route : of_noun()) routes.push_back(std::move(route));
    return routes;
}

const std::vector<service::Route> routes = all_routes();

}  // namespace

const service::Dialect dialect = {
    .name = "admin",
    .prefix = "/admin/v1/",
    .routes = &routes,
    .credential_kind = CredentialKind::operator_token,
    .media_types = {"application/json"},
    .find_secret = service::find_bearer_token,
    .takes_console_sessions = true,
    .render_error = render_error,
    .render_status = render_status,
    .documents = {"admin"},
};

}  // namespace admin
