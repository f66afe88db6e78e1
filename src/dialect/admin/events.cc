// Events: the audit trail. GET /admin/v1/events, /admin/v1/resellers/{resellerId}/events,
// /admin/v1/accounts/{accountId}/events; one: /admin/v1/resellers/{resellerId}/events/{eventId}, and .../erase, by
// which what it says of a person is taken out.
//
//   {"id": 1, "kind": "account.held", "at": ..., "recorded_at": ..., "reseller_id": 2, "account_id": 3 | null,
//    "previous_id": 0 | null, "actor": {"kind": "manager", "id": 7 | null, "name": "Ada" | null}, "reason": "fraud" |
//    null, "comment": "ticket 17" | null, "credential_id": 4 | null, "api": "activeplatform" | null, "remote_address":
//    "..." | null, "request_id": "..." | null, "format": 1, "erased": false, "changes": [{"field": "status", "before":
//    "entitled", "after": "suspended"}]}
//
// at is by the reseller's clock, recorded_at by the server's. A change whose values have been erased says so by
// "erased": true. Newest first. With order=oldest a list is a feed: "next" is
// always there, and asking it again finds what has happened since; with start=now beside it, the feed begins behind
// what there is.

#include <boost/json.hpp>

#include "dialect/admin/cursor.h"
#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "engine/resellers/erase_event.h"
#include "engine/resellers/list_events.h"
#include "service/slow_route.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

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
    json.instant("recorded_at", event.recorded_at).number("previous_id", event.previous_id);
    json.open_object("actor").unescaped("kind", to_string(event.actor.kind)).number("id", event.actor.id);
    json.text_or_null("name", event.actor.name);
    json.close_object();
    json.text_or_null("reason", event.why.reason);
    json.text_or_null("comment", event.why.comment);
    json.number("credential_id", event.credential_id);
    json.text_or_null("api", event.api);
    json.text_or_null("remote_address", event.remote_address);
    json.text_or_null("request_id", event.request_id);
    json.number("format", event.format).boolean("erased", event.is_erased);
    json.open_array("changes");
    for (const Change& change : event.changes) {
        json.open_object().text("field", change.field);
        json.text_or_null("before", change.before);
        json.text_or_null("after", change.after);
        if (change.is_erased) json.boolean("erased", true);
        json.close_object();
    }
    json.close_array().close_object();
}

Result<NameEvent> parse_name(const Call& call) {
    return NameEvent{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

Result<EraseEvent> parse_erase(const Call& call) {
    const NameEvent name = TRY(parse_name(call));
    EraseEvent command{.reseller_id = name.reseller_id, .event_id = name.event_id};
    Body body = TRY(Body::read(call));
    command.why = {.reason = body.find_text("reason").value_or(""), .comment = body.find_text("comment").value_or("")};
    if (const boost::json::value* fields = body.find("fields")) {
        bool is_good = fields->is_array();
        if (is_good)
            for (const boost::json::value& field : fields->get_array()) {
                is_good &= field.is_string();
                if (field.is_string()) command.fields.emplace_back(field.get_string());
            }
        if (!is_good) body.object_to("fields", "wrong_type", "It must be an array of strings.");
    }
    TRY(body.finish());
    return command;
}

http::Response render_event(const Call&, const Event& event) {
    JsonWriter json(512);
    write(json, event);
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
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
    using service::show_route;
    using service::write_route;
    using enum http::Method;
    return {
        service::on_slow_thread(
            service::for_reader(read_route(get, "/admin/v1/events", parse_list, list_events, render_list))),
        service::for_reader(read_route(get, "/admin/v1/resellers/{resellerId}/events", parse_list_of_reseller,
                                       list_events, render_list)),
        service::for_reader(
            show_route(get, "/admin/v1/resellers/{resellerId}/events/{eventId}", parse_name, show_event, render_event)),
        // {"fields": ["email"], "reason": "legal", "comment": "ticket 17"}
        service::for_operator(write_route(post, "/admin/v1/resellers/{resellerId}/events/{eventId}/erase", parse_erase,
                                          erase_event, render_event)),
        service::for_reader(
            read_route(get, "/admin/v1/accounts/{accountId}/events", parse_list_of_account, list_events, render_list)),
    };
}

}  // namespace admin
