// What the reseller has opened, in whatever API: GET /partner/v1/accounts, /partner/v1/accounts/{accountId}. Tombstones
// too, where removed=true asks for them.
//
//   {"id": 1, "uid": "...", "type": "individual" | "family", "domain": "b5test.com", "status": "entitled" |
//    "provisioned" | "activated" | "suspended" | "deprovisioned", "stage": what the status would be without holds,
//    "holds": ["ended", "administrative", "credit", "parent"], "activation_token": "PNS-..." | null,
//    "deployed_members": 0, "created_at": ..., "updated_at": ..., "ends_at": null | date-time,
//    "removed_at": null | date-time, "version": 1}
//
// The token makes the account its holder's: of a reseller's managers only those who may open accounts are shown it.

#include "dialect/admin/account_filters.h"
#include "dialect/admin/account_json.h"
#include "dialect/admin/cursor.h"
#include "dialect/admin/request.h"
#include "dialect/partner/nouns.h"
#include "engine/access/enter_reseller.h"
#include "engine/accounts/operate_account.h"
#include "service/conditions.h"
#include "service/slow_route.h"

namespace partner {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<ListAccounts> parse_list(const Call& call) {
    admin::Query query = TRY(admin::Query::read(call));
    ListAccounts command = admin::read_account_filters(query, call);
    command.reseller_id = call.caller.reseller.id;
    TRY(query.finish());
    return command;
}

Result<ShowAccountById> parse_show(const Call& call) {
    return ShowAccountById{TRY(admin::parse_id(call.path_values[0]))};
}

bool may_see_token(const Call& call) { return !call.caller.role || may(*call.caller.role, Action::open_account); }

void write(JsonWriter& json, const Call& call, const Account& account) {
    json.open_object()
        .number("id", account.id)
        .text("uid", account.uid)
        .unescaped("type", ::to_string(account.type))
        .text("domain", account.domain)
        .unescaped("status", ::to_string(status_of(account)))
        .unescaped("stage", ::to_string(account.stage));
    admin::write_holds(json, account.holds);
    json.text_or_null("activation_token", may_see_token(call) ? account.activation_token : std::string());
    json.number("deployed_members", account.deployed_members)
        .instant("created_at", account.created_at)
        .instant("updated_at", account.updated_at)
        .instant("ends_at", account.ends_at)
        .instant("removed_at", account.removed_at)
        .number("version", account.version)
        .close_object();
}

http::Response render_account(const Call& call, const AccountDetails& details) {
    JsonWriter json(768);
    write(json, call, details.account);
    http::Response response{.status = 200, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, details.account.version);
    return response;
}

http::Response render_list(const Call& call, const AccountPage& page) {
    JsonWriter json(512 * (page.items.size() + 1));
    json.open_object().open_array("accounts");
    for (const Account& account : page.items) write(json, call, account);
    json.close_array();
    admin::write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> account_routes() {
    using service::read_route;
    using service::show_route;
    using enum http::Method;
    return {
        // ?status=, type=, domain=, uid_prefix=, email=, ends_after=, ends_before=, removed=true: all that are given
        // must hold. order=oldest; limit, cursor. A page may be short, and still have a next one.
        service::on_slow_thread(read_route(get, "/partner/v1/accounts", parse_list, list_accounts, render_list)),
        show_route(get, "/partner/v1/accounts/{accountId}", parse_show, show_account_by_id, render_account),
    };
}

}  // namespace partner
