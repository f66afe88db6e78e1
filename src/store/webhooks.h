// Rows <-> webhook endpoints, their lanes and attempts. Secrets come in and go out readable; in the database they are
// encrypted with its key.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto.h"
#include "db/database.h"
#include "model/webhook.h"

namespace store {

// How secrets are kept. The nonces come from whoever has randomness.
struct SecretBox {
    SealingKey key;
    EncryptionNonce nonce = {};      // of the secret
    EncryptionNonce old_nonce = {};  // of the old one
};

void insert_webhook_endpoint(db::Tx&, const WebhookEndpoint&, const SecretBox&);
// All but its progress. Throws Broken when there is none.
void update_webhook_endpoint(db::Tx&, const WebhookEndpoint&, const SecretBox&);
void delete_webhook_endpoint(db::Tx&, std::int64_t reseller_id, std::int64_t id);  // and all that it has

std::optional<WebhookEndpoint> find_webhook_endpoint(db::Tx&, std::int64_t reseller_id, std::int64_t id,
                                                     const SealingKey&);
std::vector<WebhookEndpoint> list_webhook_endpoints(db::Tx&, std::int64_t reseller_id, std::int64_t after_id, int limit,
                                                    const SealingKey&);
std::int64_t count_webhook_endpoints(db::Tx&, std::int64_t reseller_id);
std::vector<WebhookEndpoint> list_enabled_webhook_endpoints(db::Tx&, const SealingKey&);  // of all resellers

// Both do nothing, and say so, where the endpoint is not there any more (or, the latter, is disabled already).
bool set_webhook_progress(db::Tx&, std::int64_t reseller_id, std::int64_t id, const WebhookProgress&);
bool disable_webhook_endpoint(db::Tx&, std::int64_t reseller_id, std::int64_t id, const std::string& why, Instant at);

std::vector<WebhookLane> list_webhook_lanes(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id,
                                            std::int64_t after_account_id, int limit);
void put_webhook_lane(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, const WebhookLane&);
void delete_webhook_lane(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t account_id);
void delete_webhook_lanes(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id);

// Those of endpoints that are read come with them. The latter two do nothing where it is another one by now.
void insert_webhook_replay(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, const WebhookReplay&);
void move_webhook_replay(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t id,
                         std::int64_t after_id);
void end_webhook_replay(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t id);

void insert_webhook_attempt(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, const WebhookAttempt&);
// Newest first, from before this id on.
std::vector<WebhookAttempt> list_webhook_attempts(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id,
                                                  std::int64_t before_id, int limit);
// Leaves the newest of them.
void trim_webhook_attempts(db::Tx&, std::int64_t reseller_id, std::int64_t endpoint_id, int kept);

}  // namespace store
