// Accounts, as account_json.h shows them: lists, by id, by the reseller's uid; opened, re-dated, held, lifted, closed,
// removed; tokens re-issued, members reported, notes taken. If-Match is honoured wherever an account is changed, and
// whoever changes one may say why: "reason" and "comment".

#include "dialect/admin/account_filters.h"
#include "dialect/admin/account_json.h"
#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/accounts/list_accounts.h"
#include "engine/accounts/operate_account.h"
#include "service/slow_route.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

// owner=true: with the owner of each.
struct ListWithOwners {
    ListAccounts accounts;
    bool with_owners = false;
};

struct AccountsShown {
    AccountPage page;
    std::vector<AccountDetails> with_owners;  // the page's; empty: owners were not asked for
};

Result<ListWithOwners> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    const bool with_owners = query.find_boolean("owner").value_or(false);
    const auto reseller_id = query.find_id("reseller");
    ListAccounts command = read_account_filters(query, call);
    command.reseller_id = reseller_id;
    TRY(query.finish());
    return ListWithOwners{std::move(command), with_owners};
}

Result<AccountsShown> list(db::Tx& tx, World& world, const Caller& caller, const ListWithOwners& command) {
    AccountsShown shown{.page = TRY(list_accounts(tx, world, caller, command.accounts)), .with_owners = {}};
    if (command.with_owners)
        for (const Account& account : shown.page.items) shown.with_owners.push_back(with_owner(tx, account));
    return shown;
}

// What a body says of it goes before the headers Partnerd-Reason and Partnerd-Comment.
Why read_why(Body& body) {
    return {.reason = body.find_text("reason").value_or(""), .comment = body.find_text("comment").value_or("")};
}

Result<ShowAccountById> parse_show(const Call& call) { return ShowAccountById{TRY(parse_id(call.path_values[0]))}; }

Result<ShowAccountByUid> parse_show_by_uid(const Call& call) {
    return ShowAccountByUid{.reseller_id = TRY(parse_id(call.path_values[0])), .uid = call.path_values[1]};
}

Result<OpenAccountFor> parse_open(const Call& call) {
    OpenAccountFor command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.open.uid = body.text("uid");
    command.open.type = body.account_type("type");
    command.open.domain = body.text("domain");
    command.open.ends_at = body.find_instant("ends_at");
    command.open.opened_under = Revision::admin;
    command.why = read_why(body);
    TRY(body.finish());
    return command;
}

// Without a body, or with {"reason": "fraud", "comment": "ticket 17"}.
Result<OperateAccount> parse_operate(const Call& call) {
    OperateAccount command{.account_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.why = read_why(body);
    TRY(body.finish());
    return command;
}

Result<OperateAccount> parse_change(const Call& call) {
    OperateAccount command{.account_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    if (!body.has("ends_at")) body.object_to("ends_at", Rule::required, "It must be there; null lifts the end.");
    command.ends_at = body.find_instant("ends_at");
    command.why = read_why(body);
    TRY(body.finish());
    return command;
}

Result<OperateAccount> parse_report_members(const Call& call) {
    OperateAccount command{.account_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.deployed_members = body.integer("deployed_members");
    command.why = read_why(body);
    TRY(body.finish());
    return command;
}

http::Response render_created(const Call& call, const AccountDetails& details) {
    http::Response response = render_account(call, details);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/accounts/" + std::to_string(details.account.id));
    return response;
}

http::Response render_noted(const Call& call, const AccountDetails& details) {
    http::Response response = render_account(call, details);
    response.status = 201;
    return response;
}

http::Response render_nothing(const Call&, const AccountDetails&) { return {.status = 204}; }

http::Response render_list(const Call& call, const AccountsShown& shown) {
    const AccountPage& page = shown.page;
    JsonWriter json(512 * (page.items.size() + 1));
    json.open_object().open_array("accounts");
    if (shown.with_owners.empty())
        for (const Account& account : page.items) write_account(json, account);
    for (const AccountDetails& details : shown.with_owners) write_account(json, details);
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> account_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        // ?reseller=, status=, type=, domain=, uid_prefix=, email=, ends_after=, ends_before=, removed=true: all that
        // are
        // given must hold. owner=true: with the owner of each. order=oldest; limit, cursor. A page may be short, and
        // still have a next one.
        service::on_slow_thread(
            service::for_reader(read_route(get, "/admin/v1/accounts", parse_list, list, render_list))),
        service::for_reader(
            show_route(get, "/admin/v1/accounts/{accountId}", parse_show, show_account_by_id, render_account)),
        service::for_reader(show_route(get, "/admin/v1/resellers/{resellerId}/accounts/{uid}", parse_show_by_uid,
                                       show_account_by_uid, render_account)),
        service::for_operator(create_route(post, "/admin/v1/resellers/{resellerId}/accounts", parse_open,
                                           open_account_for, render_created)),
        // {"ends_at": date-time | null}
        service::for_support(
            write_route(patch, "/admin/v1/accounts/{accountId}", parse_change, move_end_date_by_id, render_account)),
        service::for_operator(write_route(delete_, "/admin/v1/accounts/{accountId}", parse_operate,
                                          remove_account_by_id, render_nothing)),
        service::for_support(write_route(post, "/admin/v1/accounts/{accountId}/hold", parse_operate, hold_account_by_id,
                                         render_account)),
        service::for_support(write_route(post, "/admin/v1/accounts/{accountId}/lift", parse_operate, lift_account_by_id,
                                         render_account)),
        service::for_operator(write_route(post, "/admin/v1/accounts/{accountId}/close", parse_operate,
                                          close_account_by_id, render_account)),
        // {"comment": "promised a refund"}
        service::for_support(
            write_route(post, "/admin/v1/accounts/{accountId}/notes", parse_operate, note_account_by_id, render_noted)),
        service::for_support(write_route(post, "/admin/v1/accounts/{accountId}/reissue-token", parse_operate,
                                         reissue_token_by_id, render_account)),
        // {"deployed_members": 3}
        service::for_operator(write_route(post, "/admin/v1/accounts/{accountId}/members", parse_report_members,
                                          report_members_by_id, render_account)),
    };
}

}  // namespace admin
