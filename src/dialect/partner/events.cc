// What has happened to the reseller's accounts: GET /partner/v1/events, /partner/v1/accounts/{accountId}/events. Each
// event is the body that an endpoint is sent of it, word for word (service/webhook_payload.h); its id is
// data.event_id. Newest first; with order=oldest the list is a feed, as the operator API's: "next" is always there, and
// with start=now it begins behind what there is.

#include "dialect/admin/cursor.h"
#include "dialect/admin/request.h"
#include "dialect/partner/nouns.h"
#include "engine/webhooks/list_sent_events.h"
#include "service/webhook_payload.h"

namespace partner {
namespace {

using ::json::JsonWriter;
using service::Call;

Result<ListSentEvents> parse_list(const Call& call) {
    admin::Query query = TRY(admin::Query::read(call));
    const admin::FeedOrder order = admin::read_feed_order(query);
    ListSentEvents command{.type = query.find_text("type").value_or("*"),
                           .oldest_first = order.oldest_first,
                           .starts_now = order.starts_now,
                           .page = admin::read_page(query, call)};
    TRY(query.finish());
    return command;
}

Result<ListSentEvents> parse_list_of_account(const Call& call) {
    ListSentEvents command = TRY(parse_list(call));
    command.account_id = TRY(admin::parse_id(call.path_values[0]));
    return command;
}

http::Response render_list(const Call& call, const SentEvents& sent) {
    const WebhookEndpoint as_if{.shows_reasons = sent.shows_reasons};
    std::string events = "[";
    for (std::size_t i = 0; i < sent.page.items.size(); ++i) {
        if (i > 0) events += ',';
        events += service::render_webhook_payload(as_if, sent.page.items[i], sent.account_uids[i]);
    }
    events += ']';
    JsonWriter json(events.size() + 256);
    json.open_object().raw("events", events);
    admin::write_cursors(json, call, sent.page.next, sent.page.previous);
    json.close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> event_routes() {
    using service::read_route;
    using enum http::Method;
    return {
        // ?type=account.held, account.*; order, start, limit, cursor. A page may be short, and still have a next one.
        read_route(get, "/partner/v1/events", parse_list, list_sent_events, render_list),
        read_route(get, "/partner/v1/accounts/{accountId}/events", parse_list_of_account, list_sent_events,
                   render_list),
    };
}

}  // namespace partner
