#include "dialect/admin/account_json.h"

#include "dialect/admin/request.h"
#include "service/conditions.h"

namespace admin {
namespace {

std::string_view to_string(Revision revision) {
    switch (revision) {
    case Revision::partnership_reference: return "reference";
    case Revision::partnership_openapi: return "openapi";
    case Revision::signalmind: return "signalmind";
    case Revision::activeplatform: return "activeplatform";
    case Revision::admin: return "admin";
    }
    return "";
}

void write_members(::json::JsonWriter& json, const Account& account) {
    json.number("id", account.id)
        .number("reseller_id", account.reseller_id)
        .text("uid", account.uid)
        .unescaped("type", ::to_string(account.type))
        .text("domain", account.domain)
        .unescaped("status", ::to_string(status_of(account)))
        .unescaped("stage", ::to_string(account.stage));
    write_holds(json, account.holds);
    json.unescaped("activation_token", account.activation_token)
        .number("deployed_members", account.deployed_members)
        .unescaped("opened_under", to_string(account.opened_under))
        .instant("created_at", account.created_at)
        .instant("updated_at", account.updated_at)
        .instant("ends_at", account.ends_at)
        .instant("removed_at", account.removed_at)
        .number("version", account.version);
}

}  // namespace

void write_holds(::json::JsonWriter& json, const Holds& holds) {
    json.open_array("holds");
    if (holds.ended) json.element("ended");
    if (holds.administrative) json.element("administrative");
    if (holds.credit) json.element("credit");
    if (holds.parent) json.element("parent");
    json.close_array();
}

void write_account(::json::JsonWriter& json, const Account& account) {
    json.open_object();
    write_members(json, account);
    json.close_object();
}

namespace {

void write_details(::json::JsonWriter& json, const AccountDetails& details) {
    write_members(json, details.account);
    if (details.owner)
        json.open_object("owner").number("id", details.owner->id).text("email", details.owner->email).close_object();
    else
        json.null("owner");
    json.close_object();
}

}  // namespace

void write_account(::json::JsonWriter& json, const AccountDetails& details) {
    write_details(json.open_object(), details);
}

void write_account(::json::JsonWriter& json, std::string_view name, const AccountDetails& details) {
    write_details(json.open_object(name), details);
}

http::Response render_account(const service::Call&, const AccountDetails& details) {
    ::json::JsonWriter json(768);
    write_account(json, details);
    http::Response response{.status = 200, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, details.account.version);
    return response;
}

}  // namespace admin
