// Webhook endpoints of a reseller: where its events are sent, what has not arrived there, and trying it out. What is
// sent and how it is signed: docs/webhooks.md.
//
//   {"id": 1, "reseller_id": 2, "url": "https://...", "types": ["account.*"], "payload": "full" | "thin",
//    "payload_version": 1, "shows_reasons": false, "state": "enabled" | "failing" | "disabled", "state_reason": null,
//    "through_id": 1, "failing_since": null, "next_attempt_at": null, "old_secret_until": null, "created_at": ...,
//    "updated_at": ..., "version": 1}
//
// and "secret", once: in the answers that make one.

#include <boost/json.hpp>

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "service/conditions.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

constexpr std::string_view collection = "/admin/v1/resellers/{resellerId}/webhook-endpoints";

Result<NameWebhookEndpoint> parse_name(const Call& call) {
    return NameWebhookEndpoint{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

// POST: nothing is asked, but members that nobody knows are wrong.
Result<NameWebhookEndpoint> parse_named_act(const Call& call) {
    NameWebhookEndpoint command = TRY(parse_name(call));
    Body body = TRY(Body::read(call));
    TRY(body.finish());
    return command;
}

Result<ListWebhookEndpoints> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return ListWebhookEndpoints{TRY(parse_id(call.path_values[0]))};
}

std::optional<std::vector<std::string>> find_types(Body& body) {
    const boost::json::value* value = body.find("types");
    if (!value) return std::nullopt;
    std::vector<std::string> types;
    bool is_good = value->is_array();
    if (is_good)
        for (const boost::json::value& type : value->get_array()) {
            is_good &= type.is_string();
            if (type.is_string()) types.emplace_back(type.get_string());
        }
    if (!is_good) body.object_to("types", "wrong_type", "It must be an array of strings.");
    return types;
}

std::optional<WebhookPayload> find_payload(Body& body) {
    const auto text = body.find_text("payload");
    if (!text) return std::nullopt;
    if (*text == "full") return WebhookPayload::full;
    if (*text == "thin") return WebhookPayload::thin;
    body.object_to("payload", "unsupported", "It must be full or thin.");
    return std::nullopt;
}

std::optional<int> find_version(Body& body) {
    const auto number = body.find_integer("payload_version");
    if (!number) return std::nullopt;
    return *number >= 0 && *number <= 1'000'000 ? static_cast<int>(*number) : 0;
}

Result<CreateWebhookEndpoint> parse_create(const Call& call) {
    CreateWebhookEndpoint command{.reseller_id = TRY(parse_id(call.path_values[0]))};
    Body body = TRY(Body::read(call));
    command.url = body.text("url");
    command.types = find_types(body).value_or(std::vector<std::string>());
    command.payload = find_payload(body).value_or(WebhookPayload::full);
    command.payload_version = find_version(body).value_or(webhook_payload_version);
    TRY(body.finish());
    return command;
}

Result<ChangeWebhookEndpoint> parse_change(const Call& call) {
    const NameWebhookEndpoint name = TRY(parse_name(call));
    ChangeWebhookEndpoint command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    command.url = body.find_text("url");
    command.types = find_types(body);
    if (body.is_null("types")) command.types = std::vector<std::string>();
    command.payload = find_payload(body);
    command.payload_version = find_version(body);
    TRY(body.finish());
    return command;
}

Result<RotateWebhookSecret> parse_rotate(const Call& call) {
    const NameWebhookEndpoint name = TRY(parse_name(call));
    RotateWebhookSecret command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    if (const auto overlap = body.find_seconds("overlap_seconds")) command.overlap = *overlap;
    TRY(body.finish());
    return command;
}

Result<TestWebhookEndpoint> parse_test(const Call& call) {
    const NameWebhookEndpoint name = TRY(parse_name(call));
    TestWebhookEndpoint command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    if (auto type = body.find_text("type")) command.type = std::move(*type);
    TRY(body.finish());
    return command;
}

Result<ListOfWebhook> parse_list_of(const Call& call) {
    const NameWebhookEndpoint name = TRY(parse_name(call));
    Query query = TRY(Query::read(call));
    ListOfWebhook command{.reseller_id = name.reseller_id, .id = name.id, .page = read_page(query, call)};
    if (command.page.backwards) query.object_to("cursor", "unknown", "It is no cursor of this list.");
    TRY(query.finish());
    return command;
}

std::string_view state_of(const WebhookEndpoint& endpoint) {
    if (endpoint.state == WebhookState::disabled) return "disabled";
    return endpoint.progress.next_at ? "failing" : "enabled";
}

void write(JsonWriter& json, const WebhookEndpoint& endpoint, bool shows_secret) {
    json.open_object()
        .number("id", endpoint.id)
        .number("reseller_id", endpoint.reseller_id)
        .text("url", endpoint.url)
        .open_array("types");
    for (const std::string& type : endpoint.types) json.element(type);
    json.close_array()
        .unescaped("payload", endpoint.payload == WebhookPayload::full ? "full" : "thin")
        .number("payload_version", endpoint.payload_version)
        .boolean("shows_reasons", endpoint.shows_reasons)
        .unescaped("state", state_of(endpoint))
        .text_or_null("state_reason", endpoint.state_reason)
        .number("through_id", endpoint.progress.through_id)
        .instant("failing_since", endpoint.progress.failing_since)
        .instant("next_attempt_at", endpoint.progress.next_at);
    if (shows_secret) json.text("secret", endpoint.secret);
    json.instant("old_secret_until", endpoint.old_until)
        .instant("created_at", endpoint.created_at)
        .instant("updated_at", endpoint.updated_at)
        .number("version", endpoint.version)
        .close_object();
}

http::Response render(const WebhookEndpoint& endpoint, bool shows_secret) {
    JsonWriter json(512);
    write(json, endpoint, shows_secret);
    http::Response response{.status = 200, .content_type = "application/json", .body = json.finish()};
    service::set_entity_tag(response, endpoint.version);
    return response;
}

http::Response render_endpoint(const Call&, const WebhookEndpoint& endpoint) { return render(endpoint, false); }

http::Response render_rotated(const Call&, const WebhookEndpoint& endpoint) { return render(endpoint, true); }

http::Response render_created(const Call&, const WebhookEndpoint& endpoint) {
    http::Response response = render(endpoint, true);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(endpoint.reseller_id) +
                                         "/webhook-endpoints/" + std::to_string(endpoint.id));
    return response;
}

http::Response render_tested(const Call&, const WebhookEndpoint& endpoint) {
    http::Response response = render(endpoint, false);
    response.status = 202;
    return response;
}

http::Response render_nothing(const Call&, const WebhookEndpoint&) { return {.status = 204}; }

http::Response render_list(const Call&, const std::vector<WebhookEndpoint>& endpoints) {
    JsonWriter json(512 * (endpoints.size() + 1));
    json.open_object().open_array("webhook_endpoints");
    for (const WebhookEndpoint& endpoint : endpoints) write(json, endpoint, false);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

std::string_view to_string(WebhookOutcome outcome) {
    switch (outcome) {
    case WebhookOutcome::delivered: return "delivered";
    case WebhookOutcome::failed: return "failed";
    case WebhookOutcome::given_up: return "given_up";
    }
    return "";
}

void write_account(JsonWriter& json, std::int64_t account_id) {
    if (account_id == 0)
        json.null("account_id");
    else
        json.number("account_id", account_id);
}

http::Response render_attempts(const Call& call, const Page<WebhookAttempt, std::int64_t>& page) {
    JsonWriter json(256 * (page.items.size() + 1));
    json.open_object().open_array("attempts");
    for (const WebhookAttempt& attempt : page.items) {
        json.open_object().number("id", attempt.id).number("event_id", attempt.event_id);
        write_account(json, attempt.account_id);
        json.number("number", attempt.number)
            .instant("at", attempt.at)
            .instant("recorded_at", attempt.recorded_at)
            .unescaped("outcome", to_string(attempt.outcome));
        if (attempt.status == 0)
            json.null("status");
        else
            json.number("status", attempt.status);
        json.text_or_null("error", attempt.error).text_or_null("answer", attempt.answer);
        json.number("duration_ms", attempt.duration_ms).close_object();
    }
    json.close_array();
    write_cursors(json, call, page.next, std::nullopt);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

http::Response render_lanes(const Call& call, const Page<WebhookLane, std::int64_t>& page) {
    JsonWriter json(128 * (page.items.size() + 1));
    json.open_object().open_array("lanes");
    for (const WebhookLane& lane : page.items) {
        json.open_object();
        write_account(json, lane.account_id);
        json.number("event_id", lane.event_id)
            .number("attempts", lane.attempts)
            .instant("next_attempt_at", lane.next_at)
            .close_object();
    }
    json.close_array();
    write_cursors(json, call, page.next, std::nullopt);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> webhook_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using service::showing_secret;
    using service::write_route;
    using enum http::Method;
    constexpr std::string_view one = "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}";
    return {
        service::for_reader(read_route(get, collection, parse_list, list_webhook_endpoints, render_list)),
        // {"url": "https://...", "types": ["account.*"], "payload": "full", "payload_version": 1}
        service::for_operator(
            showing_secret(create_route(post, collection, parse_create, create_webhook_endpoint, render_created))),
        service::for_reader(show_route(get, one, parse_name, show_webhook_endpoint, render_endpoint)),
        service::for_operator(write_route(patch, one, parse_change, change_webhook_endpoint, render_endpoint)),
        service::for_operator(write_route(delete_, one, parse_name, delete_webhook_endpoint, render_nothing)),
        // {"overlap_seconds": 86400}
        service::for_operator(showing_secret(
            create_route(post, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/rotate-secret",
                         parse_rotate, rotate_webhook_secret, render_rotated))),
        // {"type": "account.held"}
        service::for_operator(write_route(post, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/test",
                                          parse_test, test_webhook_endpoint, render_tested)),
        service::for_operator(write_route(post,
                                          "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/enable",
                                          parse_named_act, enable_webhook_endpoint, render_endpoint)),
        service::for_reader(read_route(get, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/attempts",
                                       parse_list_of, list_webhook_attempts, render_attempts)),
        service::for_reader(read_route(get, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/lanes",
                                       parse_list_of, list_webhook_lanes, render_lanes)),
    };
}

}  // namespace admin
