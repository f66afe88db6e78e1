#include "dialect/admin/webhook_parts.h"

#include <boost/json.hpp>

#include "dialect/admin/cursor.h"
#include "dialect/admin/request.h"
#include "json/integer.h"
#include "service/conditions.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

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
    if (!is_good) body.object_to("types", Rule::wrong_type, "It must be an array of strings.");
    return types;
}

std::optional<WebhookPayload> find_payload(Body& body) {
    const auto text = body.find_text("payload");
    if (!text) return std::nullopt;
    if (*text == "full") return WebhookPayload::full;
    if (*text == "thin") return WebhookPayload::thin;
    body.object_to("payload", Rule::unsupported, "It must be full or thin.");
    return std::nullopt;
}

std::optional<int> find_version(Body& body) {
    const auto number = body.find_integer("payload_version");
    if (!number) return std::nullopt;
    return *number >= 0 && *number <= 1'000'000 ? static_cast<int>(*number) : 0;
}

std::string_view state_of(const WebhookEndpoint& endpoint) {
    if (endpoint.state == WebhookState::disabled) return "disabled";
    return endpoint.progress.next_at ? "failing" : "enabled";
}

void write_account(JsonWriter& json, std::int64_t account_id) {
    if (account_id == 0)
        json.null("account_id");
    else
        json.number("account_id", account_id);
}

void write_replay(JsonWriter& json, const std::optional<WebhookReplay>& replay) {
    if (!replay) {
        json.null("replay");
        return;
    }
    json.open_object("replay").number("after_id", replay->after_id).number("through_id", replay->through_id);
    json.open_array("types");
    for (const std::string& type : replay->types) json.element(type);
    json.close_array();
    write_account(json, replay->account_id);
    json.close_object();
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
    write_replay(json, endpoint.replay);
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

std::string_view to_string(WebhookOutcome outcome) {
    switch (outcome) {
    case WebhookOutcome::delivered: return "delivered";
    case WebhookOutcome::failed: return "failed";
    case WebhookOutcome::given_up: return "given_up";
    }
    return "";
}

}  // namespace

Result<ListWebhookEndpoints> read_list_of_endpoints(const Call& call, std::int64_t reseller_id) {
    Query query = TRY(Query::read(call));
    TRY(query.finish());
    return ListWebhookEndpoints{reseller_id};
}

Result<CreateWebhookEndpoint> read_create_endpoint(const Call& call, std::int64_t reseller_id) {
    CreateWebhookEndpoint command{.reseller_id = reseller_id};
    Body body = TRY(Body::read(call));
    command.url = body.text("url");
    command.types = find_types(body).value_or(std::vector<std::string>());
    command.payload = find_payload(body).value_or(WebhookPayload::full);
    command.payload_version = find_version(body).value_or(webhook_payload_version);
    TRY(body.finish());
    return command;
}

// POST: nothing is asked, but members that nobody knows are wrong.
Result<NameWebhookEndpoint> read_named_act(const Call& call, NameWebhookEndpoint name) {
    Body body = TRY(Body::read(call));
    TRY(body.finish());
    return name;
}

Result<ChangeWebhookEndpoint> read_change_endpoint(const Call& call, NameWebhookEndpoint name) {
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

Result<RotateWebhookSecret> read_rotate_secret(const Call& call, NameWebhookEndpoint name) {
    RotateWebhookSecret command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    if (const auto overlap = body.find_seconds("overlap_seconds")) command.overlap = *overlap;
    TRY(body.finish());
    return command;
}

Result<TestWebhookEndpoint> read_test_endpoint(const Call& call, NameWebhookEndpoint name) {
    TestWebhookEndpoint command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    if (auto type = body.find_text("type")) command.type = std::move(*type);
    TRY(body.finish());
    return command;
}

Result<ReplayWebhooks> read_replay(const Call& call, NameWebhookEndpoint name) {
    ReplayWebhooks command{.reseller_id = name.reseller_id, .id = name.id};
    Body body = TRY(Body::read(call));
    command.from = body.find_instant("from");
    command.until = body.find_instant("until");
    command.types = find_types(body).value_or(std::vector<std::string>());
    // A number is an account's id, a string its uid.
    if (const boost::json::value* account = body.find("account")) {
        command.account_id = ::json::to_integer(*account);
        if (account->is_string()) command.account_uid = std::string(account->get_string());
        if (!command.account_id && !command.account_uid)
            body.object_to("account", Rule::wrong_type, "It must be an id, or a uid as a string.");
    }
    TRY(body.finish());
    return command;
}

Result<ListOfWebhook> read_list_of_endpoint(const Call& call, NameWebhookEndpoint name) {
    Query query = TRY(Query::read(call));
    ListOfWebhook command{.reseller_id = name.reseller_id, .id = name.id, .page = read_page(query, call)};
    if (command.page.backwards) query.object_to("cursor", Rule::unknown, "It is no cursor of this list.");
    TRY(query.finish());
    return command;
}

http::Response render_endpoint(const Call&, const WebhookEndpoint& endpoint) { return render(endpoint, false); }

http::Response render_endpoint_with_secret(const Call&, const WebhookEndpoint& endpoint) {
    return render(endpoint, true);
}

http::Response render_accepted(const Call&, const WebhookEndpoint& endpoint) {
    http::Response response = render(endpoint, false);
    response.status = 202;
    return response;
}

http::Response render_removed_endpoint(const Call&, const WebhookEndpoint&) { return {.status = 204}; }

http::Response render_endpoints(const Call&, const std::vector<WebhookEndpoint>& endpoints) {
    JsonWriter json(512 * (endpoints.size() + 1));
    json.open_object().open_array("webhook_endpoints");
    for (const WebhookEndpoint& endpoint : endpoints) write(json, endpoint, false);
    json.close_array().close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
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

}  // namespace admin
