// Webhook endpoints of the caller's own reseller, as the operator API has them (dialect/admin/webhook_parts.h). Of its
// managers only administrators may see or change them: whoever says where events go reads all that is in them.

#include "dialect/admin/request.h"
#include "dialect/admin/webhook_parts.h"
#include "dialect/partner/nouns.h"

namespace partner {
namespace {

using service::Call;

constexpr std::string_view collection = "/partner/v1/webhook-endpoints";

Result<NameWebhookEndpoint> parse_name(const Call& call) {
    return NameWebhookEndpoint{call.caller.reseller.id, TRY(admin::parse_id(call.path_values[0]))};
}

Result<ListWebhookEndpoints> parse_list(const Call& call) {
    return admin::read_list_of_endpoints(call, call.caller.reseller.id);
}

Result<CreateWebhookEndpoint> parse_create(const Call& call) {
    return admin::read_create_endpoint(call, call.caller.reseller.id);
}

Result<NameWebhookEndpoint> parse_named_act(const Call& call) {
    return admin::read_named_act(call, TRY(parse_name(call)));
}

Result<ChangeWebhookEndpoint> parse_change(const Call& call) {
    return admin::read_change_endpoint(call, TRY(parse_name(call)));
}

Result<RotateWebhookSecret> parse_rotate(const Call& call) {
    return admin::read_rotate_secret(call, TRY(parse_name(call)));
}

Result<TestWebhookEndpoint> parse_test(const Call& call) {
    return admin::read_test_endpoint(call, TRY(parse_name(call)));
}

Result<ReplayWebhooks> parse_replay(const Call& call) { return admin::read_replay(call, TRY(parse_name(call))); }

Result<ListOfWebhook> parse_list_of(const Call& call) {
    return admin::read_list_of_endpoint(call, TRY(parse_name(call)));
}

http::Response render_created(const Call& call, const WebhookEndpoint& endpoint) {
    http::Response response = admin::render_endpoint_with_secret(call, endpoint);
    response.status = 201;
    response.headers.set("Location", std::string(collection) + '/' + std::to_string(endpoint.id));
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
    constexpr std::string_view one = "/partner/v1/webhook-endpoints/{endpointId}";
    return {
        read_route(get, collection, parse_list, list_webhook_endpoints, admin::render_endpoints),
        // {"url": "https://...", "types": ["account.*"], "payload": "full", "payload_version": 1}
        showing_secret(create_route(post, collection, parse_create, create_webhook_endpoint, render_created)),
        show_route(get, one, parse_name, show_webhook_endpoint, admin::render_endpoint),
        write_route(patch, one, parse_change, change_webhook_endpoint, admin::render_endpoint),
        write_route(delete_, one, parse_name, delete_webhook_endpoint, admin::render_removed_endpoint),
        // {"overlap_seconds": 86400}
        showing_secret(create_route(post, "/partner/v1/webhook-endpoints/{endpointId}/rotate-secret", parse_rotate,
                                    rotate_webhook_secret, admin::render_endpoint_with_secret)),
        // {"type": "account.held"}
        write_route(post, "/partner/v1/webhook-endpoints/{endpointId}/test", parse_test, test_webhook_endpoint,
                    admin::render_accepted),
        write_route(post, "/partner/v1/webhook-endpoints/{endpointId}/enable", parse_named_act, enable_webhook_endpoint,
                    admin::render_endpoint),
        // {"from": date-time, "until": date-time, "types": ["account.*"], "account": 7348172263424001 | "customer-17"}
        write_route(post, "/partner/v1/webhook-endpoints/{endpointId}/replay", parse_replay, replay_webhooks,
                    admin::render_accepted),
        read_route(get, "/partner/v1/webhook-endpoints/{endpointId}/attempts", parse_list_of, list_webhook_attempts,
                   admin::render_attempts),
        read_route(get, "/partner/v1/webhook-endpoints/{endpointId}/lanes", parse_list_of, list_webhook_lanes,
                   admin::render_lanes),
    };
}

}  // namespace partner
