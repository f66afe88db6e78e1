#include "dialect/activeplatform/activeplatform.h"

#include "dialect/activeplatform/account_attributes.h"
#include "dialect/activeplatform/account_classes.h"
#include "dialect/activeplatform/account_types.h"
#include "dialect/activeplatform/accounts.h"
#include "dialect/activeplatform/errors.h"
#include "dialect/activeplatform/managers.h"
#include "dialect/activeplatform/resource.h"
#include "service/slow_route.h"

namespace activeplatform {
namespace {

using service::create_route;
using service::on_slow_thread;
using service::read_route;
using service::show_route;
using service::write_route;
using enum http::Method;

#define RESELLER "/api/v3/resellers/{resellerId}"

// The document's titles; what has none is ours.
const std::vector<service::Route> routes = {
    // Create account
    create_route(post, RESELLER "/accounts", parse_create_account, open_customer, render_created),
    // Get list of accounts
    on_slow_thread(read_route(get, RESELLER "/accounts", parse_list_accounts, list_customers, render_accounts)),
    // Get account
    show_route(get, RESELLER "/accounts/{accountId}", parse_show_account, show_customer, render_account),
    // Update account
    write_route(patch, RESELLER "/accounts/{accountId}", parse_update_account, update_customer, render_account),
    write_route(delete_, RESELLER "/accounts/{accountId}", parse_name_account, remove_customer, render_nothing),
    write_route(post, RESELLER "/accounts/{accountId}/administrative_hold", parse_name_account, hold_customer,
                render_account),
    write_route(delete_, RESELLER "/accounts/{accountId}/administrative_hold", parse_name_account, lift_customer,
                render_account),

    // Get list of managers, Get manager
    read_route(get, RESELLER "/managers", parse_list_managers, show_catalogue, render_managers),
    show_route(get, RESELLER "/managers/{managerId}", parse_show_manager, show_manager, render_manager),

    // Get list of account attributes
    read_route(get, RESELLER "/account_attributes", parse_list_account_attributes, show_catalogue,
               render_account_attributes),

    read_route(get, RESELLER "/account_types", parse_list_account_types, show_catalogue, render_account_types),
    show_route(get, RESELLER "/account_types/{accountTypeId}", parse_show_account_type, show_account_type,
               render_account_type),
    read_route(get, RESELLER "/account_classes", parse_list_account_classes, show_catalogue, render_account_classes),
    show_route(get, RESELLER "/account_classes/{accountClassId}", parse_show_account_class, show_account_class,
               render_account_class),
};

std::optional<std::string_view> find_token(const http::Request& request) {
    const std::string* header = request.headers.find("x-api-token");
    if (!header || header->empty() || request.headers.count("x-api-token") != 1) return std::nullopt;
    return *header;
}

}  // namespace

const service::Dialect dialect = {
    .name = "activeplatform",
    .prefix = "/api/v3/",
    .routes = &routes,
    .credential_kind = CredentialKind::manager_token,
    .media_types = {media_type},
    .find_secret = find_token,
    .refuse_headers = refuse_headers,
    .render_error = render_error,
    .render_status = render_status,
    .documents = {"activeplatform"},
};

}  // namespace activeplatform
