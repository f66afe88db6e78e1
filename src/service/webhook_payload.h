// What a webhook's delivery says: JSON made of an event that never changes, so that the bytes are the same in each
// attempt and in a replay a year later. What is the operator's (comment, remote address, names) is not in it.

#pragma once

#include <string>
#include <string_view>

#include "model/event.h"
#include "model/webhook.h"

namespace service {

// {"type": "account.held", "timestamp": ..., "data": {"event_id": 1, "previous_id": 0 | null, "reseller_id": 2,
//  "account_id": 3 | null, "account_uid": "..." | null, "request_id": "..." | null, "actor": {"kind": "operator"},
//  "reason": "fraud" | null, "changes": [{"field": "status", "before": "entitled", "after": "suspended"}]}}
//
// type is the event's kind; of a test what the test asked for, and data says "test": true. timestamp is by the
// reseller's clock. A thin payload has no changes. reason is null where the endpoint was made without
// partners_see_reasons.
std::string render_webhook_payload(const WebhookEndpoint&, const Event&, std::string_view account_uid);

// The header webhook-signature: signed with each secret that is valid.
std::string render_webhook_signature(const WebhookEndpoint&, Instant reseller_now, std::string_view id,
                                     std::int64_t timestamp_s, std::string_view body);

}  // namespace service
