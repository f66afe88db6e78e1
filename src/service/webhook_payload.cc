#include "service/webhook_payload.h"

#include "core/webhook_signature.h"
#include "json/writer.h"

namespace service {
namespace {

// The balance's ledger keeps an operator's own words under this name.
bool is_for_partners(const Event& event, const Change& change) {
    return !(event.kind == EventKind::account_balance_adjusted && change.field == "reason");
}

void write_changes(json::JsonWriter& json, const Event& event) {
    json.open_array("changes");
    for (const Change& change : event.changes) {
        if (!is_for_partners(event, change)) continue;
        json.open_object().text("field", change.field);
        json.text_or_null("before", change.before);
        json.text_or_null("after", change.after);
        if (change.is_erased) json.boolean("erased", true);
        json.close_object();
    }
    json.close_array();
}

}  // namespace

std::string render_webhook_payload(const WebhookEndpoint& endpoint, const Event& event, std::string_view account_uid) {
    const bool is_test = event.kind == EventKind::webhook_tested;
    json::JsonWriter json(512);
    json.open_object()
        .text("type", is_test && event.changes.size() > 1 ? event.changes[1].after : to_string(event.kind))
        .instant("timestamp", event.at)
        .open_object("data")
        .number("event_id", event.id)
        .number("previous_id", event.previous_id)
        .number("reseller_id", event.reseller_id);
    if (event.account_id != 0)
        json.number("account_id", event.account_id);
    else
        json.null("account_id");
    json.text_or_null("account_uid", account_uid);
    json.text_or_null("request_id", event.request_id);
    json.open_object("actor").unescaped("kind", to_string(event.actor.kind)).close_object();
    json.text_or_null("reason", endpoint.shows_reasons ? event.why.reason : std::string());
    if (endpoint.payload == WebhookPayload::full) write_changes(json, event);
    if (is_test) json.boolean("test", true);
    json.close_object().close_object();
    return json.finish();
}

std::string render_webhook_signature(const WebhookEndpoint& endpoint, Instant reseller_now, std::string_view id,
                                     std::int64_t timestamp_s, std::string_view body) {
    std::string signatures = sign_webhook(endpoint.secret, id, timestamp_s, body).value_or("");
    if (!endpoint.old_secret || !endpoint.old_until || *endpoint.old_until <= reseller_now) return signatures;
    return signatures + ' ' + sign_webhook(*endpoint.old_secret, id, timestamp_s, body).value_or("");
}

}  // namespace service
