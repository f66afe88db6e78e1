// Reads and writes for whoever drives a WebhookPlan (server/webhook_sender.cc).

#pragma once

#include "db/database.h"
#include "engine/webhooks/webhook_plan.h"
#include "engine/world.h"
#include "model/reseller.h"

// The next page that the plan wants, with what it is told of it. Looks at no more than a few hundred events.
void read_webhook_page(db::Tx&, WebhookPlan&, std::int64_t visible_through);
// The same of its replay, if it has one.
void read_webhook_replay(db::Tx&, WebhookPlan&, Instant now);
// The next event of each account that waits in a lane and is due.
void read_webhook_lanes(db::Tx&, WebhookPlan&, Instant now);

// All of it, or nothing where the endpoint is not there any more. Where it disables the endpoint, an event says so.
void keep_webhook_writes(db::Tx&, World&, const Reseller&, std::int64_t endpoint_id, const WebhookWrites&);
