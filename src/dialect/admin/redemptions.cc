// Redemption, for the vendor's own sign-up system: POST /admin/v1/redemptions/lookup says whose link it is, POST
// /admin/v1/redemptions redeems it. Both take
//
//   {"token": "PNS-...", "type"?: "individual" | "family", "domain"?: "b5test.com"}
//
// and the second {"email"?: "...", "has_account"?: false}: the customer, who becomes the account's owner. A link that
// cannot be used is 404, whatever is wrong with it. Deployed members are reported to
// /admin/v1/accounts/{accountId}/members.

#include "dialect/admin/account_json.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/accounts/redeem_account.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

RedeemAccount read_link(Body& body) {
    RedeemAccount command{.token = body.text("token"), .type = std::nullopt};
    if (body.has("type") && !body.is_null("type")) command.type = body.account_type("type");
    command.domain = body.find_text("domain");
    return command;
}

Result<RedeemAccount> parse_lookup(const Call& call) {
    Body body = TRY(Body::read(call));
    RedeemAccount command = read_link(body);
    TRY(body.finish());
    return command;
}

Result<RedeemAccount> parse_redeem(const Call& call) {
    Body body = TRY(Body::read(call));
    RedeemAccount command = read_link(body);
    command.email = body.find_text("email");
    command.has_account = body.find_boolean("has_account").value_or(false);
    TRY(body.finish());
    return command;
}

http::Response render_redeemable(const Call&, const Redeemable& found) {
    JsonWriter json;
    json.open_object()
        .number("account_id", found.account.id)
        .text("uid", found.account.uid)
        .text("type", to_string(found.account.type))
        .text("domain", found.account.domain)
        .open_object("reseller")
        .number("id", found.reseller.id)
        .text("name", found.reseller.name)
        .close_object()
        .close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> redemption_routes() {
    using enum http::Method;
    return {
        // A read in the shape of a POST: tokens do not belong into addresses, which end up in logs.
        service::for_reader(service::read_route(post, "/admin/v1/redemptions/lookup", parse_lookup, show_redeemable_for,
                                                render_redeemable)),
        service::for_operator(
            service::create_route(post, "/admin/v1/redemptions", parse_redeem, redeem_account_for, render_account)),
    };
}

}  // namespace admin
