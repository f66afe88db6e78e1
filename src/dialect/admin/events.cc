// Events: the audit trail. GET /admin/v1/events, /admin/v1/resellers/{resellerId}/events,
// /admin/v1/accounts/{accountId}/events.
//
//   {"id": 1, "kind": "account.opened", "at": ..., "reseller_id": 2, "account_id": 3 | null, "credential_id": 4 | null,
//    "request_id": "..." | null, "changes": [{"field": "status", "before": null, "after": "entitled"}]}
//
// credential_id says who; null: the clock, or the customer. Newest first. With order=oldest a list is a feed: "next" is
// always there, and asking it again finds what has happened since; with start=now beside it, the feed begins behind
// what there is.

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/resellers/list_events.h"

namespace admin {
namespace {

using service::Call;
using ::json::JsonWriter;

Result<ListEvents> parse_list(const Call& call) {
    Query query = TRY(Query::read(call));
    const auto order = query.find_text("order");
    if (order && *order != "newest" && *order != "oldest")
        query.object_to("order", "unsupported", "It must be newest or oldest.");
    const auto start = query.find_text("start");
    if (start && (*start != "now" || order != "oldest"))
        query.object_to("start", "unsupported", "It must be now, and the order oldest.");
    ListEvents command{
        .oldest_first = order == "oldest", .starts_now = start.has_value(), .page = read_page(query, call)};
    TRY(query.finish());
    return command;
}

Result<ListEvents> parse_list_of_reseller(const Call& call) {
    ListEvents command = TRY(parse_list(call));
    command.reseller_id = TRY(parse_id(call.path_values[0]));
    return command;
}

Result<ListEvents> parse_list_of_account(const Call& call) {
    ListEvents command = TRY(parse_list(call));
    command.account_id = TRY(parse_id(call.path_values[0]));
    return command;
}

void write(JsonWriter& json, const Event& event) {
    json.open_object()
        .number("id", event.id)
        .unescaped("kind", to_string(event.kind))
        .instant("at", event.at)
        .number("reseller_id", event.reseller_id);
    if (event.account_id != 0)
        json.number("account_id", event.account_id);
    else
        json.null("account_id");
    json.number("credential_id", event.credential_id);
    json.text_or_null("request_id", event.request_id);
    json.open_array("changes");
    for (const Change& change : event.changes) {
        json.open_object().text("field", change.field);
        json.text_or_null("before", change.before);
        json.text_or_null("after", change.after);
        json.close_object();
    }
    json.close_array().close_object();
}

http::Response render_list(const Call& call, const EventPage& page) {
    JsonWriter json(512 * (page.items.size() + 1));
    json.open_object().open_array("events");
    for (const Event& event : page.items) write(json, event);
    json.close_array();
    write_cursors(json, call, page.next, page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> event_routes() {
    using service::read_route;
    using enum http::Method;
    return {
        read_route(get, "/admin/v1/events", parse_list, list_events, render_list),
        read_route(get, "/admin/v1/resellers/{resellerId}/events", parse_list_of_reseller, list_events, render_list),
        read_route(get, "/admin/v1/accounts/{accountId}/events", parse_list_of_account, list_events, render_list),
    };
}

}  // namespace admin
