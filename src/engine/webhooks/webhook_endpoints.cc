#include "engine/webhooks/webhook_endpoints.h"

#include <limits>

#include "core/webhook_signature.h"
#include "engine/access/enter_reseller.h"
#include "engine/access/reach.h"
#include "engine/catalogue/catalogue.h"
#include "engine/field_errors.h"
#include "engine/resellers/operator_event.h"
#include "engine/upkeep/database_identity.h"
#include "engine/webhooks/receivers.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/reseller_settings.h"
#include "store/webhooks.h"

namespace {

EncryptionNonce new_nonce(World& world) {
    EncryptionNonce nonce;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < nonce.size(); ++i, bits >>= 8) {
        if (i % 8 == 0) bits = world.random_bits();
        nonce[i] = static_cast<std::uint8_t>(bits);
    }
    return nonce;
}

store::SecretBox new_box(World& world) {
    return {.key = world.sealing_key(), .nonce = new_nonce(world), .old_nonce = new_nonce(world)};
}

std::string new_secret(World& world) {
    std::string bytes;
    for (int word = 0; word < 3; ++word)
        for (std::uint64_t bits = world.random_bits(), i = 0; i < 8; ++i, bits >>= 8) bytes += static_cast<char>(bits);
    return to_webhook_secret(bytes);
}

ReceiverRules rules_of(db::Tx& tx) {
    const auto identity = get_identity(tx);
    return {.is_sandbox = identity.ok() && identity.value().mode == Mode::sandbox, .allowed = allowed_receivers()};
}

Result<void> check_types(const std::vector<std::string>& types) {
    for (const std::string& pattern : types)
        if (!is_type_pattern(pattern)) return refuse("types", Rule::unsupported, "There are no events of such a type.");
    if (types.size() > 50) return refuse("types", Rule::too_many, "At most 50 types can be named.");
    return {};
}

Result<void> check(db::Tx& tx, const WebhookEndpoint& endpoint) {
    TRY(check_receiver_url(rules_of(tx), endpoint.url));
    TRY(check_types(endpoint.types));
    if (endpoint.payload_version != webhook_payload_version)
        return refuse("payload_version", Rule::unsupported, "The only version is 1.");
    return {};
}

Result<WebhookEndpoint> get_endpoint(db::Tx& tx, World& world, const Caller& acting, std::int64_t id) {
    auto endpoint = store::find_webhook_endpoint(tx, acting.reseller.id, id, world.sealing_key());
    if (!endpoint) return Error{Reason::not_found, "There is no such webhook endpoint."};
    return std::move(*endpoint);
}

std::string joined(const std::vector<std::string>& types) {
    std::string text;
    for (const std::string& type : types) text += (text.empty() ? "" : ",") + type;
    return text;
}

std::string_view to_string(WebhookPayload payload) { return payload == WebhookPayload::full ? "full" : "thin"; }

// The first change names the endpoint.
void tell(db::Tx& tx, World& world, const Caller& acting, EventKind kind, const WebhookEndpoint& endpoint,
          std::vector<Change> changes) {
    changes.insert(changes.begin(), {"webhook_endpoint", "", std::to_string(endpoint.id)});
    append_operator_event(tx, world, acting, kind, std::move(changes));
}

std::vector<Change> differences(const WebhookEndpoint& before, const WebhookEndpoint& after) {
    std::vector<Change> changes;
    add_change(changes, "url", before.url, after.url);
    add_change(changes, "types", joined(before.types), joined(after.types));
    add_change(changes, "payload", before.url.empty() ? "" : std::string(to_string(before.payload)),
               std::string(to_string(after.payload)));
    return changes;
}

void keep(db::Tx& tx, World& world, const Caller& acting, WebhookEndpoint& endpoint) {
    endpoint.updated_at = world.now(acting.reseller);
    ++endpoint.version;
    store::update_webhook_endpoint(tx, endpoint, new_box(world));
}

// Whoever says where events go reads all that is in them.
Result<Caller> act_on_webhooks(db::Tx& tx, const Caller& caller, std::int64_t reseller_id) {
    if (caller.role && !may(*caller.role, Action::keep_webhooks))
        return Error{Reason::forbidden, "Your role does not allow this."};
    return act_for(tx, caller, reseller_id);
}

// The last event, up to end, that was written down before that moment. Events are written down in order of their ids.
std::int64_t last_before(db::Tx& tx, std::int64_t reseller_id, Instant moment, std::int64_t end) {
    std::int64_t before = 0;  // up to here all are earlier, behind `end` none is
    while (before < end) {
        const std::int64_t middle = before + (end - before) / 2;
        const auto next = store::list_reseller_events(tx, reseller_id, {.after_id = middle, .before_id = end + 1}, 1);
        if (next.empty() || next[0].recorded_at >= moment)
            end = middle;
        else
            before = next[0].id;
    }
    return before;
}

// 0: of all accounts.
Result<std::int64_t> find_replayed_account(db::Tx& tx, std::int64_t reseller_id, const ReplayWebhooks& command) {
    if (!command.account_id && !command.account_uid) return std::int64_t{0};
    const auto account = command.account_id ? store::find_account_by_id(tx, reseller_id, *command.account_id)
                                            : store::find_account(tx, reseller_id, *command.account_uid);
    if (!account) return refuse("account", Rule::unknown, "There is no such account.");
    return account->id;
}

}  // namespace

bool is_sent(EventKind kind) {
    return kind == EventKind::webhook_disabled || kind == EventKind::webhook_tested ||
           to_string(kind).starts_with("account.");
}

bool is_type_pattern(std::string_view pattern) {
    if (pattern == "*" || pattern == "account.*" || pattern == "webhook.*") return true;
    const auto kind = parse_event_kind(pattern);
    return kind && is_sent(*kind);
}

bool is_of_type(EventKind kind, std::string_view pattern) {
    const std::string_view type = to_string(kind);
    if (pattern == "*") return true;
    if (pattern.ends_with(".*")) return type.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == type;
}

bool wants(const WebhookEndpoint& endpoint, const Event& event) {
    if (!is_sent(event.kind)) return false;
    if (event.kind == EventKind::webhook_tested)
        return !event.changes.empty() && event.changes[0].after == std::to_string(endpoint.id);
    if (endpoint.types.empty()) return true;
    for (const std::string& pattern : endpoint.types)
        if (is_of_type(event.kind, pattern)) return true;
    return false;
}

Result<WebhookEndpoint> create_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                                const CreateWebhookEndpoint& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    WebhookEndpoint endpoint{.reseller_id = acting.reseller.id,
                             .id = world.new_id(),
                             .url = command.url,
                             .types = command.types,
                             .payload = command.payload,
                             .payload_version = command.payload_version,
                             .secret = new_secret(world)};
    TRY(check(tx, endpoint));
    if (store::count_webhook_endpoints(tx, acting.reseller.id) >= webhook_endpoints_max)
        return Error{
            Reason::conflict, "The reseller has 20 endpoints already.", {{"webhook_endpoints", Rule::too_many, ""}}};
    endpoint.shows_reasons =
        store::find_inherited_setting(tx, acting.reseller.id, setting::partners_see_reasons) == "true";
    endpoint.progress.through_id = store::visible_through(tx);
    endpoint.created_at = endpoint.updated_at = world.now(acting.reseller);
    store::insert_webhook_endpoint(tx, endpoint, new_box(world));
    tell(tx, world, acting, EventKind::webhook_added, endpoint, differences({}, endpoint));
    return endpoint;
}

Result<WebhookEndpoint> show_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                              const NameWebhookEndpoint& command) {
    return get_endpoint(tx, world, TRY(act_on_webhooks(tx, caller, command.reseller_id)), command.id);
}

Result<WebhookEndpoint> delete_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                                const NameWebhookEndpoint& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    WebhookEndpoint endpoint = TRY(get_endpoint(tx, world, acting, command.id));
    store::delete_webhook_endpoint(tx, endpoint.reseller_id, endpoint.id);
    tell(tx, world, acting, EventKind::webhook_removed, endpoint, {{"url", endpoint.url, ""}});
    return endpoint;
}

Result<std::vector<WebhookEndpoint>> list_webhook_endpoints(db::Tx& tx, World& world, const Caller& caller,
                                                            const ListWebhookEndpoints& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    return store::list_webhook_endpoints(tx, acting.reseller.id, 0, static_cast<int>(webhook_endpoints_max),
                                         world.sealing_key());
}

Result<WebhookEndpoint> change_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                                const ChangeWebhookEndpoint& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    const WebhookEndpoint before = TRY(get_endpoint(tx, world, acting, command.id));
    WebhookEndpoint after = before;
    if (command.url) after.url = *command.url;
    if (command.types) after.types = *command.types;
    if (command.payload) after.payload = *command.payload;
    if (command.payload_version) after.payload_version = *command.payload_version;
    TRY(check(tx, after));
    std::vector<Change> changes = differences(before, after);
    if (changes.empty()) return after;
    keep(tx, world, acting, after);
    tell(tx, world, acting, EventKind::webhook_changed, after, std::move(changes));
    return after;
}

Result<WebhookEndpoint> rotate_webhook_secret(db::Tx& tx, World& world, const Caller& caller,
                                              const RotateWebhookSecret& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    WebhookEndpoint endpoint = TRY(get_endpoint(tx, world, acting, command.id));
    if (command.overlap < std::chrono::milliseconds(0) || command.overlap > webhook_overlap_max)
        return refuse("overlap", Rule::out_of_range, "Two secrets overlap for at most 7 days.");
    endpoint.old_secret.reset();
    endpoint.old_until.reset();
    if (command.overlap > std::chrono::milliseconds(0)) {
        endpoint.old_secret = endpoint.secret;
        endpoint.old_until = world.now(acting.reseller) + command.overlap;
    }
    endpoint.secret = new_secret(world);
    keep(tx, world, acting, endpoint);
    tell(tx, world, acting, EventKind::webhook_changed, endpoint, {{"secret", "", "rotated"}});
    return endpoint;
}

Result<WebhookEndpoint> enable_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                                const NameWebhookEndpoint& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    WebhookEndpoint endpoint = TRY(get_endpoint(tx, world, acting, command.id));
    if (endpoint.state == WebhookState::enabled) return endpoint;
    endpoint.state = WebhookState::enabled;
    endpoint.state_reason.clear();
    endpoint.progress = {.through_id = endpoint.progress.through_id};
    store::set_webhook_progress(tx, endpoint.reseller_id, endpoint.id, endpoint.progress);
    keep(tx, world, acting, endpoint);
    tell(tx, world, acting, EventKind::webhook_changed, endpoint, {{"state", "disabled", "enabled"}});
    return endpoint;
}

Result<WebhookEndpoint> test_webhook_endpoint(db::Tx& tx, World& world, const Caller& caller,
                                              const TestWebhookEndpoint& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    WebhookEndpoint endpoint = TRY(get_endpoint(tx, world, acting, command.id));
    const auto kind = parse_event_kind(command.type);
    if (!kind || !is_sent(*kind)) return refuse("type", Rule::unsupported, "There are no events of this type.");
    tell(tx, world, acting, EventKind::webhook_tested, endpoint, {{"type", "", command.type}});
    return endpoint;
}

Result<WebhookEndpoint> replay_webhooks(db::Tx& tx, World& world, const Caller& caller, const ReplayWebhooks& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    const std::int64_t reseller_id = acting.reseller.id;
    WebhookEndpoint endpoint = TRY(get_endpoint(tx, world, acting, command.id));
    const bool names_account = command.account_id || command.account_uid;
    if (!command.from && !names_account)
        return refuse("from", Rule::required, "It must be there, unless an account is named.");
    if (command.from && command.until && *command.until < *command.from)
        return refuse("until", Rule::before_from, "It ends before it begins.");
    TRY(check_types(command.types));
    const std::int64_t account_id = TRY(find_replayed_account(tx, reseller_id, command));
    if (endpoint.replay)
        return Error{Reason::conflict, "A replay is under way already.", {{"replay", Rule::under_way, ""}}};
    const std::int64_t visible = store::visible_through(tx);
    const WebhookReplay replay{
        .id = world.new_id(),
        .after_id = command.from ? last_before(tx, reseller_id, *command.from, visible) : 0,
        .through_id = command.until ? last_before(tx, reseller_id, *command.until, visible) : visible,
        .types = command.types,
        .account_id = account_id};
    store::insert_webhook_replay(tx, reseller_id, endpoint.id, replay);
    endpoint.replay = replay;
    std::vector<Change> changes;
    add_change(changes, "replay_from", "", describe(command.from));
    add_change(changes, "replay_until", "", describe(command.until));
    add_change(changes, "replay_types", "", joined(command.types));
    if (names_account) add_change(changes, "replay_account", "", std::to_string(account_id));
    tell(tx, world, acting, EventKind::webhook_changed, endpoint, std::move(changes));
    return endpoint;
}

Result<Page<WebhookAttempt, std::int64_t>> list_webhook_attempts(db::Tx& tx, World& world, const Caller& caller,
                                                                 const ListOfWebhook& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    TRY(get_endpoint(tx, world, acting, command.id));
    const std::int64_t before = command.page.from.value_or(std::numeric_limits<std::int64_t>::max());
    return cut_page(store::list_webhook_attempts(tx, acting.reseller.id, command.id, before, command.page.size + 1),
                    command.page, [](const WebhookAttempt& attempt) { return attempt.id; });
}

Result<Page<WebhookLane, std::int64_t>> list_webhook_lanes(db::Tx& tx, World& world, const Caller& caller,
                                                           const ListOfWebhook& command) {
    const Caller acting = TRY(act_on_webhooks(tx, caller, command.reseller_id));
    TRY(get_endpoint(tx, world, acting, command.id));
    return cut_page(store::list_webhook_lanes(tx, acting.reseller.id, command.id, command.page.from.value_or(-1),
                                              command.page.size + 1),
                    command.page, [](const WebhookLane& lane) { return lane.account_id; });
}
