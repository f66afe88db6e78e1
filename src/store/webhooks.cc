#include "store/webhooks.h"

#include <algorithm>

#include "core/base64.h"
#include "store/convert.h"

namespace store {
namespace {

#define ENDPOINT_COLUMNS                                                                                           \
    "reseller_id, id, url, types, payload, payload_version, shows_reasons, secret, old_secret, old_until, state, " \
    "state_reason, through_id, failing_since, failures, next_at, created_at, updated_at, version"

// Of endpoints with their replays, if they have one. The columns of the latter come last.
#define SELECT_ENDPOINTS                                                                                         \
    "SELECT e.reseller_id, e.id, e.url, e.types, e.payload, e.payload_version, e.shows_reasons, e.secret,"       \
    " e.old_secret, e.old_until, e.state, e.state_reason, e.through_id, e.failing_since, e.failures, e.next_at," \
    " e.created_at, e.updated_at, e.version, r.id, r.after_id, r.through_id, r.types, r.account_id"              \
    " FROM webhook_endpoint e"                                                                                   \
    " LEFT JOIN webhook_replay r ON r.reseller_id = e.reseller_id AND r.endpoint_id = e.id"

constexpr db::Query insert_query{"insert_webhook_endpoint",
                                 "INSERT INTO webhook_endpoint (" ENDPOINT_COLUMNS
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                                 " $18, $19)"};
constexpr db::Query update_query{
    "update_webhook_endpoint",
    "UPDATE webhook_endpoint SET url = $3, types = $4, payload = $5, payload_version = $6, shows_reasons = $7,"
    " secret = $8, old_secret = $9, old_until = $10, state = $11, state_reason = $12, updated_at = $13, version = $14"
    " WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query delete_query{"delete_webhook_endpoint",
                                 "DELETE FROM webhook_endpoint WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query delete_attempts_query{"delete_webhook_attempts",
                                          "DELETE FROM webhook_attempt WHERE reseller_id = $1 AND endpoint_id = $2"};
constexpr db::Query find_query{"find_webhook_endpoint", SELECT_ENDPOINTS " WHERE e.reseller_id = $1 AND e.id = $2"};
constexpr db::Query list_query{"list_webhook_endpoints",
                               SELECT_ENDPOINTS " WHERE e.reseller_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3"};
constexpr db::Query count_query{"count_webhook_endpoints",
                                "SELECT count(*) FROM webhook_endpoint WHERE reseller_id = $1"};
constexpr db::Query list_enabled_query{"list_enabled_webhook_endpoints",
                                       SELECT_ENDPOINTS " WHERE e.state = 1 ORDER BY e.reseller_id, e.id"};
constexpr db::Query set_progress_query{
    "set_webhook_progress",
    "UPDATE webhook_endpoint SET through_id = $3, failing_since = $4, failures = $5, next_at = $6"
    " WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query disable_query{"disable_webhook_endpoint",
                                  "UPDATE webhook_endpoint SET state = 2, state_reason = $3, updated_at = $4,"
                                  " version = version + 1 WHERE reseller_id = $1 AND id = $2 AND state = 1"};

constexpr db::Query list_lanes_query{"list_webhook_lanes",
                                     "SELECT account_id, event_id, attempts, next_at FROM webhook_lane"
                                     " WHERE reseller_id = $1 AND endpoint_id = $2 AND account_id > $3"
                                     " ORDER BY account_id LIMIT $4"};
constexpr db::Query put_lane_query{
    "put_webhook_lane",
    "INSERT INTO webhook_lane (reseller_id, endpoint_id, account_id, event_id, attempts, next_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (reseller_id, endpoint_id, account_id) DO UPDATE SET"
    " event_id = excluded.event_id, attempts = excluded.attempts, next_at = excluded.next_at"};
constexpr db::Query delete_lane_query{
    "delete_webhook_lane", "DELETE FROM webhook_lane WHERE reseller_id = $1 AND endpoint_id = $2 AND account_id = $3"};
constexpr db::Query delete_lanes_query{"delete_webhook_lanes",
                                       "DELETE FROM webhook_lane WHERE reseller_id = $1 AND endpoint_id = $2"};

constexpr db::Query insert_replay_query{
    "insert_webhook_replay",
    "INSERT INTO webhook_replay (reseller_id, endpoint_id, id, after_id, through_id, types, account_id)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Query move_replay_query{
    "move_webhook_replay",
    "UPDATE webhook_replay SET after_id = $4 WHERE reseller_id = $1 AND endpoint_id = $2 AND id = $3"};
constexpr db::Query end_replay_query{
    "end_webhook_replay", "DELETE FROM webhook_replay WHERE reseller_id = $1 AND endpoint_id = $2 AND id = $3"};
constexpr db::Query delete_replays_query{"delete_webhook_replays",
                                         "DELETE FROM webhook_replay WHERE reseller_id = $1 AND endpoint_id = $2"};

constexpr db::Query insert_attempt_query{
    "insert_webhook_attempt",
    "INSERT INTO webhook_attempt (reseller_id, endpoint_id, id, event_id, account_id, number, at, recorded_at, outcome,"
    " status, error, answer, duration_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
constexpr db::Query list_attempts_query{
    "list_webhook_attempts",
    "SELECT id, event_id, account_id, number, at, recorded_at, outcome, status, error, answer, duration_ms"
    " FROM webhook_attempt WHERE reseller_id = $1 AND endpoint_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"};
constexpr db::Query trim_attempts_query{
    "trim_webhook_attempts",
    "DELETE FROM webhook_attempt WHERE reseller_id = $1 AND endpoint_id = $2 AND id <="
    " (SELECT id FROM webhook_attempt WHERE reseller_id = $1 AND endpoint_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)"};

constexpr std::string_view encrypted_for = "partnerd webhook secret";

std::string bytes_of(const SealingKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

std::string seal_secret(const SealingKey& key, const EncryptionNonce& nonce, std::string_view secret) {
    return encode_base64url(encrypt(bytes_of(key), encrypted_for, nonce, secret));
}

std::string open_secret(const SealingKey& key, const std::string& column) {
    const auto encrypted = decode_base64url(column);
    auto secret = encrypted ? decrypt(bytes_of(key), encrypted_for, *encrypted) : std::nullopt;
    if (!secret) throw db::Broken("a webhook's secret cannot be read");
    return std::move(*secret);
}

std::string join(const std::vector<std::string>& types) {
    std::string column;
    for (const std::string& type : types) column += (column.empty() ? "" : ",") + type;
    return column;
}

std::vector<std::string> split(std::string_view column) {
    std::vector<std::string> types;
    while (!column.empty()) {
        const std::string_view type = column.substr(0, column.find(','));
        types.emplace_back(type);
        column.remove_prefix(std::min(column.size(), type.size() + 1));
    }
    return types;
}

WebhookEndpoint to_endpoint(const db::Row& row, const SealingKey& key) {
    WebhookEndpoint endpoint{
        .reseller_id = row.integer(0),
        .id = row.integer(1),
        .url = row.text(2),
        .types = split(row.text(3)),
        .payload = WebhookPayload(row.integer(4)),
        .payload_version = static_cast<int>(row.integer(5)),
        .shows_reasons = row.integer(6) != 0,
        .secret = open_secret(key, row.text(7)),
        .old_secret = std::nullopt,
        .old_until = to_instant(row.find_integer(9)),
        .state = WebhookState(row.integer(10)),
        .state_reason = row.text(11),
        .progress = {.through_id = row.integer(12),
                     .failing_since = to_instant(row.find_integer(13)),
                     .failures = static_cast<int>(row.integer(14)),
                     .next_at = to_instant(row.find_integer(15))},
        .created_at = from_milliseconds(row.integer(16)),
        .updated_at = from_milliseconds(row.integer(17)),
        .version = row.integer(18),
    };
    if (const auto old_secret = row.find_text(8)) endpoint.old_secret = open_secret(key, *old_secret);
    if (const auto replay_id = row.find_integer(19))
        endpoint.replay = WebhookReplay{.id = *replay_id,
                                        .after_id = row.integer(20),
                                        .through_id = row.integer(21),
                                        .types = split(row.text(22)),
                                        .account_id = row.integer(23)};
    return endpoint;
}

std::vector<WebhookEndpoint> to_endpoints(const db::Rows& rows, const SealingKey& key) {
    std::vector<WebhookEndpoint> endpoints;
    for (std::size_t i = 0; i < rows.size(); ++i) endpoints.push_back(to_endpoint(rows[i], key));
    return endpoints;
}

std::optional<std::string> lock_old(const WebhookEndpoint& endpoint, const SecretBox& box) {
    if (!endpoint.old_secret) return std::nullopt;
    return seal_secret(box.key, box.old_nonce, *endpoint.old_secret);
}

}  // namespace

void insert_webhook_endpoint(db::Tx& tx, const WebhookEndpoint& endpoint, const SecretBox& box) {
    const WebhookProgress& progress = endpoint.progress;
    tx.change(insert_query,
              {endpoint.reseller_id, endpoint.id, endpoint.url, join(endpoint.types), int(endpoint.payload),
               endpoint.payload_version, endpoint.shows_reasons, seal_secret(box.key, box.nonce, endpoint.secret),
               lock_old(endpoint, box), to_column(endpoint.old_until), int(endpoint.state), endpoint.state_reason,
               progress.through_id, to_column(progress.failing_since), progress.failures, to_column(progress.next_at),
               to_milliseconds(endpoint.created_at), to_milliseconds(endpoint.updated_at), endpoint.version},
              db::Expect::any);
    tx.invalidate_caches();
}

void update_webhook_endpoint(db::Tx& tx, const WebhookEndpoint& endpoint, const SecretBox& box) {
    const db::Rows rows =
        tx.run(update_query,
               {endpoint.reseller_id, endpoint.id, endpoint.url, join(endpoint.types), int(endpoint.payload),
                endpoint.payload_version, endpoint.shows_reasons, seal_secret(box.key, box.nonce, endpoint.secret),
                lock_old(endpoint, box), to_column(endpoint.old_until), int(endpoint.state), endpoint.state_reason,
                to_milliseconds(endpoint.updated_at), endpoint.version});
    if (rows.changed() != 1) throw db::Broken("update_webhook_endpoint: no such row");
    tx.invalidate_caches();
}

void delete_webhook_endpoint(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    delete_webhook_lanes(tx, reseller_id, id);
    tx.change(delete_attempts_query, {reseller_id, id}, db::Expect::any);
    tx.change(delete_replays_query, {reseller_id, id}, db::Expect::any);
    tx.change(delete_query, {reseller_id, id}, db::Expect::any);
    tx.invalidate_caches();
}

std::optional<WebhookEndpoint> find_webhook_endpoint(db::Tx& tx, std::int64_t reseller_id, std::int64_t id,
                                                     const SealingKey& key) {
    const db::Rows rows = tx.run(find_query, {reseller_id, id});
    if (rows.empty()) return std::nullopt;
    return to_endpoint(rows[0], key);
}

std::vector<WebhookEndpoint> list_webhook_endpoints(db::Tx& tx, std::int64_t reseller_id, std::int64_t after_id,
                                                    int limit, const SealingKey& key) {
    return to_endpoints(tx.run(list_query, {reseller_id, after_id, limit}), key);
}

std::int64_t count_webhook_endpoints(db::Tx& tx, std::int64_t reseller_id) {
    return tx.run(count_query, {reseller_id})[0].integer(0);
}

std::vector<WebhookEndpoint> list_enabled_webhook_endpoints(db::Tx& tx, const SealingKey& key) {
    return to_endpoints(tx.run(list_enabled_query, {}), key);
}

bool set_webhook_progress(db::Tx& tx, std::int64_t reseller_id, std::int64_t id, const WebhookProgress& progress) {
    const db::Rows rows =
        tx.run(set_progress_query, {reseller_id, id, progress.through_id, to_column(progress.failing_since),
                                    progress.failures, to_column(progress.next_at)});
    return rows.changed() == 1;
}

bool disable_webhook_endpoint(db::Tx& tx, std::int64_t reseller_id, std::int64_t id, const std::string& why,
                              Instant at) {
    const bool is_done = tx.run(disable_query, {reseller_id, id, why, to_milliseconds(at)}).changed() == 1;
    if (is_done) tx.invalidate_caches();
    return is_done;
}

std::vector<WebhookLane> list_webhook_lanes(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id,
                                            std::int64_t after_account_id, int limit) {
    const db::Rows rows = tx.run(list_lanes_query, {reseller_id, endpoint_id, after_account_id, limit});
    std::vector<WebhookLane> lanes;
    for (std::size_t i = 0; i < rows.size(); ++i)
        lanes.push_back({.account_id = rows[i].integer(0),
                         .event_id = rows[i].integer(1),
                         .attempts = static_cast<int>(rows[i].integer(2)),
                         .next_at = from_milliseconds(rows[i].integer(3))});
    return lanes;
}

void put_webhook_lane(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id, const WebhookLane& lane) {
    tx.change(put_lane_query,
              {reseller_id, endpoint_id, lane.account_id, lane.event_id, lane.attempts, to_milliseconds(lane.next_at)},
              db::Expect::any);
}

void delete_webhook_lane(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t account_id) {
    tx.change(delete_lane_query, {reseller_id, endpoint_id, account_id}, db::Expect::any);
}

void delete_webhook_lanes(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id) {
    tx.change(delete_lanes_query, {reseller_id, endpoint_id}, db::Expect::any);
}

void insert_webhook_replay(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id,
                           const WebhookReplay& replay) {
    tx.change(insert_replay_query,
              {reseller_id, endpoint_id, replay.id, replay.after_id, replay.through_id, join(replay.types),
               replay.account_id},
              db::Expect::any);
    tx.invalidate_caches();
}

void move_webhook_replay(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t id,
                         std::int64_t after_id) {
    tx.change(move_replay_query, {reseller_id, endpoint_id, id, after_id}, db::Expect::any);
}

void end_webhook_replay(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id, std::int64_t id) {
    tx.change(end_replay_query, {reseller_id, endpoint_id, id}, db::Expect::any);
}

void insert_webhook_attempt(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id,
                            const WebhookAttempt& attempt) {
    tx.change(insert_attempt_query,
              {reseller_id, endpoint_id, attempt.id, attempt.event_id, attempt.account_id, attempt.number,
               to_milliseconds(attempt.at), to_milliseconds(attempt.recorded_at), int(attempt.outcome), attempt.status,
               attempt.error, attempt.answer, attempt.duration_ms},
              db::Expect::any);
}

std::vector<WebhookAttempt> list_webhook_attempts(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id,
                                                  std::int64_t before_id, int limit) {
    const db::Rows rows = tx.run(list_attempts_query, {reseller_id, endpoint_id, before_id, limit});
    std::vector<WebhookAttempt> attempts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        attempts.push_back({.id = rows[i].integer(0),
                            .event_id = rows[i].integer(1),
                            .account_id = rows[i].integer(2),
                            .number = static_cast<int>(rows[i].integer(3)),
                            .at = from_milliseconds(rows[i].integer(4)),
                            .recorded_at = from_milliseconds(rows[i].integer(5)),
                            .outcome = WebhookOutcome(rows[i].integer(6)),
                            .status = static_cast<int>(rows[i].integer(7)),
                            .error = rows[i].text(8),
                            .answer = rows[i].text(9),
                            .duration_ms = rows[i].integer(10)});
    return attempts;
}

void trim_webhook_attempts(db::Tx& tx, std::int64_t reseller_id, std::int64_t endpoint_id, int kept) {
    tx.change(trim_attempts_query, {reseller_id, endpoint_id, kept}, db::Expect::any);
}

}  // namespace store
