// Reads and writes for whoever drives a WebhookPlan (server/webhook_sender.cc).

#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "db/database.h"
#include "engine/webhooks/webhook_plan.h"
#include "engine/world.h"
#include "model/reseller.h"

struct EnabledWebhook {
    Reseller reseller;
    WebhookEndpoint endpoint;
};

// By the endpoint's id, of all resellers.
std::map<std::int64_t, EnabledWebhook> read_enabled_webhooks(db::Tx&, World&);
std::vector<WebhookLane> read_all_webhook_lanes(db::Tx&, const WebhookEndpoint&);
std::int64_t read_visible_through(db::Tx&);  // as store/events.h has it

// The next page that the plan wants, with what it is told of it. Looks at no more than a few hundred events.
void read_webhook_page(db::Tx&, WebhookPlan&, std::int64_t visible_through);
// The same of its replay, if it has one.
void read_webhook_replay(db::Tx&, WebhookPlan&, Instant now);
// The next event of each account that waits in a lane and is due.
void read_webhook_lanes(db::Tx&, WebhookPlan&, Instant now);

// All of it, or nothing where the endpoint is not there any more. Where it disables the endpoint, an event says so.
void keep_webhook_writes(db::Tx&, World&, const Reseller&, std::int64_t endpoint_id, const WebhookWrites&);
