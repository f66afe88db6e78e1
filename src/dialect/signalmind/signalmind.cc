#include "dialect/signalmind/signalmind.h"

#include "dialect/signalmind/parse.h"
#include "dialect/signalmind/password.h"
#include "dialect/signalmind/render.h"
#include "service/slow_route.h"

namespace signalmind {
namespace {

using service::by_key;
using service::create_route;
using service::looking;
using service::on_slow_thread;
using service::read_route;
using service::show_route;
using service::write_route;
using enum http::Method;

// In the order of the vendor's help index.
const std::vector<service::Route> routes = {
    by_key(read_route(get, "/rest/v2/authentication/getapitoken", parse_open_session, open_session, render_session)),

    read_route(get, "/rest/v2/accountplans", parse_list_plans, list_offered_plans, render_plans),
    read_route(get, "/rest/v2/accountplans/{accountid}", parse_list_plans, list_offered_plans, render_plans),

    // Not in the order in which others use them: PUT makes an account, POST changes one.
    with_hashed_password(
        looking(parse_create_account, look_at_subscribing),
        create_route(put, "/rest/v2/accounts", parse_create_account, subscribe_account, render_account)),
    on_slow_thread(read_route(get, "/rest/v2/accounts", parse_list_accounts, list_subscribed, render_list)),
    show_route(get, "/rest/v2/accounts/{accountid}", parse_name, show_subscribed, render_shown),
    with_hashed_password(
        looking(parse_change_account, look_at_details),
        write_route(post, "/rest/v2/accounts/{accountid}", parse_change_account, change_details, render_account)),
    read_route(get, "/rest/v2/accounts/{accountid}/getaccessurl", parse_name, issue_access_link, render_access_url),
    write_route(post, "/rest/v2/accounts/{accountid}/changeexternalid/{externalid}", parse_change_external_id,
                change_details, render_true),
    write_route(post, "/rest/v2/accounts/{accountid}/changeaccountstatus/{status}", parse_change_status, change_status,
                render_true),
    write_route(post, "/rest/v2/accounts/{accountid}/changeaccountplan/{accountplanid}", parse_change_plan, change_plan,
                render_true),
    write_route(post, "/rest/v2/accounts/{accountid}/movebasicaccount/{destinationaccountid}", parse_move,
                move_sub_account, render_true),
    write_route(delete_, "/rest/v2/accounts/{accountid}/deletebasicaccount", parse_name, delete_sub_account,
                render_true),
};

// The token alone, without a scheme. Two headers are no credential.
std::optional<std::string_view> find_token(const http::Request& request) {
    const std::string* header = request.headers.find("authentication");
    if (!header || header->empty() || request.headers.count("authentication") != 1) return std::nullopt;
    return *header;
}

}  // namespace

const service::Dialect dialect = {
    .name = "signalmind",
    .prefix = "/rest/v2/",
    .routes = &routes,
    .credential_kind = CredentialKind::api_key,
    .media_types = {"application/json", "text/json"},
    .ignores_case = true,
    .find_secret = find_token,
    .find_identity = find_session_identity,
    .render_error = render_error,
    .render_status = render_status,
    .documents = {"signalmind"},
};

}  // namespace signalmind
