// Webhook endpoints as both of our APIs read and write them: the operator's, for any reseller within reach, and the
// partner's, for its own. Which reseller it is and where in the path the endpoint's id stands, each of them knows
// itself.
//
//   {"id": 1, "reseller_id": 2, "url": "https://...", "types": ["account.*"], "payload": "full" | "thin",
//    "payload_version": 1, "shows_reasons": false, "state": "enabled" | "failing" | "disabled", "state_reason": null,
//    "through_id": 1, "failing_since": null, "next_attempt_at": null, "replay": null | {"after_id": 0, "through_id": 1,
//    "types": [], "account_id": null}, "old_secret_until": null, "created_at": ..., "updated_at": ..., "version": 1}
//
// and "secret", once: in the answers that make one.

#pragma once

#include <string>
#include <vector>

#include "engine/webhooks/webhook_endpoints.h"
#include "service/dialect.h"

namespace admin {

Result<ListWebhookEndpoints> read_list_of_endpoints(const service::Call&, std::int64_t reseller_id);
Result<CreateWebhookEndpoint> read_create_endpoint(const service::Call&, std::int64_t reseller_id);

// Of the endpoint that is named.
Result<NameWebhookEndpoint> read_named_act(const service::Call&, NameWebhookEndpoint);  // without members
Result<ChangeWebhookEndpoint> read_change_endpoint(const service::Call&, NameWebhookEndpoint);
Result<RotateWebhookSecret> read_rotate_secret(const service::Call&, NameWebhookEndpoint);
Result<TestWebhookEndpoint> read_test_endpoint(const service::Call&, NameWebhookEndpoint);
Result<ReplayWebhooks> read_replay(const service::Call&, NameWebhookEndpoint);
Result<ListOfWebhook> read_list_of_endpoint(const service::Call&, NameWebhookEndpoint);

http::Response render_endpoint(const service::Call&, const WebhookEndpoint&);
http::Response render_endpoint_with_secret(const service::Call&, const WebhookEndpoint&);
// 202: what has been asked for is done by and by.
http::Response render_accepted(const service::Call&, const WebhookEndpoint&);
http::Response render_removed_endpoint(const service::Call&, const WebhookEndpoint&);
http::Response render_endpoints(const service::Call&, const std::vector<WebhookEndpoint>&);
http::Response render_attempts(const service::Call&, const Page<WebhookAttempt, std::int64_t>&);
http::Response render_lanes(const service::Call&, const Page<WebhookLane, std::int64_t>&);

}  // namespace admin
