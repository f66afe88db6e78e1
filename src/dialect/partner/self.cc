// Who asks: GET /partner/v1/self.
//
//   {"reseller": {"id": 2, "name": "Northwind Telecom", "utc_offset": "+00:00", "end_action": "close" | "stay_frozen",
//    "grace_seconds": 2592000}, "credential": {"id": 7, "kind": "partner_token" | "api_key" | "manager_token", "label":
//    "..." | null, "expires_at": null} | null, "manager": {"id": 9, "name": "Ada", "role": "admin"} | null, "domains":
//    [{"domain": "b5test.com", "type": "individual", "from": null, "until": null}], "sees_reasons": false, "limits":
//    {...}, "clock": {"now": ..., "server_now": ..., "stands_still": false}}
//
// domains: where it may open accounts, and of what type. limits: how many of what there may be. clock: in a sandbox the
// reseller's own may be ahead of the server's.

#include "dialect/admin/request.h"
#include "dialect/partner/nouns.h"
#include "engine/access/show_self.h"
#include "engine/idempotency.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "json/writer.h"
#include "service/admission.h"

namespace partner {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<ShowSelf> parse_show(const Call& call) {
    admin::Query query = TRY(admin::Query::read(call));
    TRY(query.finish());
    return ShowSelf{};
}

std::string_view to_string(CredentialKind kind) {
    switch (kind) {
    case CredentialKind::partner_token: return "partner_token";
    case CredentialKind::api_key: return "api_key";
    case CredentialKind::manager_token: return "manager_token";
    case CredentialKind::operator_token: break;  // opens nothing here
    }
    return "";
}

void write_reseller(JsonWriter& json, const Reseller& reseller) {
    json.open_object("reseller")
        .number("id", reseller.id)
        .text("name", reseller.name)
        .text("utc_offset", admin::format_utc_offset(reseller.utc_offset))
        .unescaped("end_action", reseller.end_action == EndAction::close ? "close" : "stay_frozen")
        .number("grace_seconds", reseller.grace.count() / 1'000)
        .close_object();
}

void write_credential(JsonWriter& json, const std::optional<Credential>& credential) {
    if (!credential) {
        json.null("credential");
        return;
    }
    json.open_object("credential")
        .number("id", credential->id)
        .unescaped("kind", to_string(credential->kind))
        .text_or_null("label", credential->label)
        .instant("expires_at", credential->expires_at)
        .close_object();
}

void write_manager(JsonWriter& json, const std::optional<Manager>& manager) {
    if (!manager) {
        json.null("manager");
        return;
    }
    json.open_object("manager")
        .number("id", manager->id)
        .text("name", manager->name)
        .unescaped("role", ::to_string(manager->role))
        .close_object();
}

void write_domains(JsonWriter& json, const std::vector<Promotion>& promotions) {
    json.open_array("domains");
    for (const Promotion& promotion : promotions)
        json.open_object()
            .text("domain", promotion.domain)
            .unescaped("type", ::to_string(promotion.type))
            .instant("from", promotion.from)
            .instant("until", promotion.until)
            .close_object();
    json.close_array();
}

void write_limits(JsonWriter& json) {
    constexpr service::AdmissionLimits limits;
    json.open_object("limits")
        .number("page_size", admin::page_size_max)
        .number("webhook_endpoints", webhook_endpoints_max)
        .number("idempotency_hours", std::chrono::hours(answers_are_kept_for).count())
        .number("writes_waiting", static_cast<std::int64_t>(limits.writes_waiting))
        .number("slow_requests_waiting", static_cast<std::int64_t>(limits.slow_waiting))
        .close_object();
}

http::Response render_self(const Call&, const Self& self) {
    JsonWriter json(1'024);
    json.open_object();
    write_reseller(json, self.reseller);
    write_credential(json, self.credential);
    write_manager(json, self.manager);
    write_domains(json, self.promotions);
    json.boolean("sees_reasons", self.sees_reasons);
    write_limits(json);
    json.open_object("clock")
        .instant("now", self.now)
        .instant("server_now", self.server_now)
        .boolean("stands_still", self.reseller.clock.frozen_at.has_value())
        .close_object();
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> self_routes() {
    return {service::read_route(http::Method::get, "/partner/v1/self", parse_show, show_self, render_self)};
}

}  // namespace partner
