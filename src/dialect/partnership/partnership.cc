#include "dialect/partnership/partnership.h"

#include "dialect/partnership/parse.h"
#include "dialect/partnership/render.h"
#include "dialect/partnership/update_account.h"
#include "engine/accounts/open_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/show_account.h"
#include "service/bearer.h"

namespace partnership {
namespace {

using service::create_route;
using service::read_route;
using service::show_route;
using service::write_route;
using enum http::Method;

// operationIds: rev B's, then the names by which rev A's public clients call the same.
const std::vector<service::Route> routes = {
    // createPartnerAccount, begin_provisioning_process
    create_route(post, "/api/v1/partners/accounts", parse_create_account, open_account, render_created),
    // getPartnerAccount, get_account_by_uid
    show_route(get, "/api/v1/partners/accounts/{accountUid}", parse_show_account, show_account, render_account),
    // updatePartnerAccount, update_account_ends_at_by_uid
    write_route(patch, "/api/v1/partners/accounts/{accountUid}", parse_update_account, update_account, render_account),
    // deletePartnerAccount, remove_account_from_partnership
    write_route(delete_, "/api/v1/partners/accounts/{accountUid}", parse_delete_account, remove_account,
                render_nothing),
};

}  // namespace

const service::Dialect dialect = {
    .name = "partnership",
    .prefix = "/api/v1/",
    .routes = &routes,
    .credential_kind = CredentialKind::partner_token,
    .media_types = {"application/json"},
    .find_secret = service::find_bearer_token,
    .render_error = render_error,
    .render_status = render_status,
    .documents = {"partnership-openapi", "partnership-reference"},
};

}  // namespace partnership
