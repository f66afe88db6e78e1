// Webhook endpoints: where a reseller wants its events sent. Called by the operator API and by the partner API, in
// which of a reseller's managers only administrators may: all operations refuse, before anything else, forbidden (the
// role). What is sent, when and how often is decided in webhook_plan.h.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/world.h"
#include "model/webhook.h"

constexpr std::int64_t webhook_endpoints_max = 20;  // of a reseller
constexpr std::chrono::milliseconds webhook_overlap_max = std::chrono::days(7);

// Whether events of this kind are sent at all: those of accounts, and what befalls endpoints.
bool is_sent(EventKind);
// "account.held", "account.*", "*": whether it names any events that are sent; whether it means those of that kind.
bool is_type_pattern(std::string_view);
bool is_of_type(EventKind, std::string_view pattern);
// Whether this endpoint wants it.
bool wants(const WebhookEndpoint&, const Event&);

struct CreateWebhookEndpoint {
    std::int64_t reseller_id = 0;
    std::string url;
    std::vector<std::string> types;  // empty: all
    WebhookPayload payload = WebhookPayload::full;
    int payload_version = webhook_payload_version;
};

// Begins with what happens from now on. The answer alone shows the secret.
// Refuses, in this order: not_found (the reseller); invalid url (see receivers.h), types (unsupported), payload_version
// (unsupported); conflict webhook_endpoints (too_many).
Result<WebhookEndpoint> create_webhook_endpoint(db::Tx&, World&, const Caller&, const CreateWebhookEndpoint&);

struct NameWebhookEndpoint {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// Refuses: not_found.
Result<WebhookEndpoint> show_webhook_endpoint(db::Tx&, World&, const Caller&, const NameWebhookEndpoint&);
Result<WebhookEndpoint> delete_webhook_endpoint(db::Tx&, World&, const Caller&, const NameWebhookEndpoint&);

struct ListWebhookEndpoints {
    std::int64_t reseller_id = 0;
};
Result<std::vector<WebhookEndpoint>> list_webhook_endpoints(db::Tx&, World&, const Caller&,
                                                            const ListWebhookEndpoints&);

struct ChangeWebhookEndpoint {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::optional<std::string> url;
    std::optional<std::vector<std::string>> types;
    std::optional<WebhookPayload> payload;
    std::optional<int> payload_version;
};

// Refuses, in this order: not_found; conflict (version stale); invalid, as create_webhook_endpoint().
Result<WebhookEndpoint> change_webhook_endpoint(db::Tx&, World&, const Caller&, const ChangeWebhookEndpoint&);

struct RotateWebhookSecret {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::chrono::milliseconds overlap = std::chrono::days(1);  // both sign for so long
};

// The answer alone shows the new secret. Refuses, in this order: not_found; invalid overlap (out_of_range).
Result<WebhookEndpoint> rotate_webhook_secret(db::Tx&, World&, const Caller&, const RotateWebhookSecret&);

// Sends what has gathered meanwhile, too. Does nothing where it is enabled. Refuses: not_found.
Result<WebhookEndpoint> enable_webhook_endpoint(db::Tx&, World&, const Caller&, const NameWebhookEndpoint&);

struct TestWebhookEndpoint {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::string type = "webhook.tested";  // what the delivery says that it is
};

// A delivery like any other, of an event that says that it is a test; one that is disabled gets it once it is enabled
// again. Refuses, in this order: not_found; invalid type (unsupported).
Result<WebhookEndpoint> test_webhook_endpoint(db::Tx&, World&, const Caller&, const TestWebhookEndpoint&);

struct ReplayWebhooks {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::optional<Instant> from;             // by the server's clock, with what was written down then
    std::optional<Instant> until;            // without it; absent: all there is now
    std::vector<std::string> types;          // "account.held", "account.*"; empty: whatever the endpoint wants
    std::optional<std::int64_t> account_id;  // of one account only, tombstones too
    std::optional<std::string> account_uid;  // the same, by the reseller's own name for it
};

// Sends once more what has happened: the same ids and the same bytes, in order for each account, beside what is new.
// Goes on after a restart; of a disabled endpoint, once that is enabled again.
// Refuses, in this order: not_found (the endpoint); invalid from (required, unless an account is named), until
// (before_from), types (unsupported, too_many), account (unknown); conflict replay (under_way).
Result<WebhookEndpoint> replay_webhooks(db::Tx&, World&, const Caller&, const ReplayWebhooks&);

struct ListOfWebhook {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    PageRequest<std::int64_t> page;  // attempts: newest first, by id; lanes: by account
};

// Refuse: not_found. Pages go forwards only.
Result<Page<WebhookAttempt, std::int64_t>> list_webhook_attempts(db::Tx&, World&, const Caller&, const ListOfWebhook&);
Result<Page<WebhookLane, std::int64_t>> list_webhook_lanes(db::Tx&, World&, const Caller&, const ListOfWebhook&);
