// Webhook endpoints of a reseller: where its events are sent, what has not arrived there, and trying it out. What is
// sent and how it is signed: docs/webhooks.md; what an endpoint looks like: webhook_parts.h.

#include "dialect/admin/nouns.h"
#include "dialect/admin/request.h"
#include "dialect/admin/webhook_parts.h"

namespace admin {
namespace {

using service::Call;

constexpr std::string_view collection = "/admin/v1/resellers/{resellerId}/webhook-endpoints";

Result<NameWebhookEndpoint> parse_name(const Call& call) {
    return NameWebhookEndpoint{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

Result<ListWebhookEndpoints> parse_list(const Call& call) {
    ListWebhookEndpoints command = TRY(read_list_of_endpoints(call, 0));
    command.reseller_id = TRY(parse_id(call.path_values[0]));
    return command;
}

Result<CreateWebhookEndpoint> parse_create(const Call& call) {
    return read_create_endpoint(call, TRY(parse_id(call.path_values[0])));
}

Result<NameWebhookEndpoint> parse_named_act(const Call& call) { return read_named_act(call, TRY(parse_name(call))); }

Result<ChangeWebhookEndpoint> parse_change(const Call& call) {
    return read_change_endpoint(call, TRY(parse_name(call)));
}

Result<RotateWebhookSecret> parse_rotate(const Call& call) { return read_rotate_secret(call, TRY(parse_name(call))); }

Result<TestWebhookEndpoint> parse_test(const Call& call) { return read_test_endpoint(call, TRY(parse_name(call))); }

Result<ReplayWebhooks> parse_replay(const Call& call) { return read_replay(call, TRY(parse_name(call))); }

Result<ListOfWebhook> parse_list_of(const Call& call) { return read_list_of_endpoint(call, TRY(parse_name(call))); }

http::Response render_created(const Call& call, const WebhookEndpoint& endpoint) {
    http::Response response = render_endpoint_with_secret(call, endpoint);
    response.status = 201;
    response.headers.set("Location", "/admin/v1/resellers/" + std::to_string(endpoint.reseller_id) +
                                         "/webhook-endpoints/" + std::to_string(endpoint.id));
    return response;
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
        service::for_reader(read_route(get, collection, parse_list, list_webhook_endpoints, render_endpoints)),
        // {"url": "https://...", "types": ["account.*"], "payload": "full", "payload_version": 1}
        service::for_operator(
            showing_secret(create_route(post, collection, parse_create, create_webhook_endpoint, render_created))),
        service::for_reader(show_route(get, one, parse_name, show_webhook_endpoint, render_endpoint)),
        service::for_operator(write_route(patch, one, parse_change, change_webhook_endpoint, render_endpoint)),
        service::for_operator(write_route(delete_, one, parse_name, delete_webhook_endpoint, render_removed_endpoint)),
        // {"overlap_seconds": 86400}
        service::for_operator(showing_secret(
            create_route(post, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/rotate-secret",
                         parse_rotate, rotate_webhook_secret, render_endpoint_with_secret))),
        // {"type": "account.held"}
        service::for_operator(write_route(post, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/test",
                                          parse_test, test_webhook_endpoint, render_accepted)),
        service::for_operator(write_route(post,
                                          "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/enable",
                                          parse_named_act, enable_webhook_endpoint, render_endpoint)),
        // {"from": date-time, "until": date-time, "types": ["account.*"], "account": 7348172263424001 | "customer-17"}
        service::for_operator(write_route(post,
                                          "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/replay",
                                          parse_replay, replay_webhooks, render_accepted)),
        service::for_reader(read_route(get, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/attempts",
                                       parse_list_of, list_webhook_attempts, render_attempts)),
        service::for_reader(read_route(get, "/admin/v1/resellers/{resellerId}/webhook-endpoints/{endpointId}/lanes",
                                       parse_list_of, list_webhook_lanes, render_lanes)),
    };
}

}  // namespace admin
