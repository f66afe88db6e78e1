#include "engine/webhooks/keep_webhook_writes.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "engine/begin_event.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/resellers.h"
#include "store/webhooks.h"

namespace {

constexpr int attempts_kept = 1'000;  // of an endpoint
constexpr int lane_events_at_once = 50;

std::string uid_of(db::Tx& tx, const Event& event) {
    if (event.account_id == 0) return "";
    const auto account = store::find_account_by_id(tx, event.reseller_id, event.account_id);
    return account ? account->uid : "";
}

// Those that are meant, with the uids of their accounts.
template <class IsMeant>
std::vector<WebhookItem> to_items(db::Tx& tx, const std::vector<Event>& events, IsMeant is_meant) {
    std::unordered_map<std::int64_t, std::string> uids;
    std::vector<WebhookItem> items;
    for (const Event& event : events) {
        if (!is_meant(event)) continue;
        const auto [uid, is_new] = uids.try_emplace(event.account_id);
        if (is_new) uid->second = uid_of(tx, event);
        items.push_back({event, uid->second});
    }
    return items;
}

// A test is over once it has been sent.
bool is_replayed(const WebhookReplay& replay, const Event& event) {
    if (event.kind == EventKind::webhook_tested) return false;
    return replay.types.empty() || std::any_of(replay.types.begin(), replay.types.end(),
                                               [&](const std::string& type) { return is_of_type(event.kind, type); });
}

}  // namespace

std::map<std::int64_t, EnabledWebhook> read_enabled_webhooks(db::Tx& tx, World& world) {
    std::map<std::int64_t, EnabledWebhook> enabled;
    for (WebhookEndpoint& endpoint : store::list_enabled_webhook_endpoints(tx, world.sealing_key())) {
        const std::int64_t id = endpoint.id;
        auto reseller = store::find_reseller(tx, endpoint.reseller_id);
        if (reseller) enabled.emplace(id, EnabledWebhook{std::move(*reseller), std::move(endpoint)});
    }
    return enabled;
}

std::vector<WebhookLane> read_all_webhook_lanes(db::Tx& tx, const WebhookEndpoint& endpoint) {
    return store::list_webhook_lanes(tx, endpoint.reseller_id, endpoint.id, -1, std::numeric_limits<int>::max());
}

std::int64_t read_visible_through(db::Tx& tx) { return store::visible_through(tx); }

void read_webhook_page(db::Tx& tx, WebhookPlan& plan, std::int64_t visible_through) {
    const auto room = static_cast<int>(plan.room());
    const store::EventRange range{.after_id = plan.read_through(), .before_id = visible_through + 1};
    const auto events = store::list_reseller_events(tx, plan.endpoint().reseller_id, range, room);
    auto items = to_items(tx, events, [&](const Event& event) { return wants(plan.endpoint(), event); });
    const bool is_all = events.size() < static_cast<std::size_t>(room);
    plan.take_page(std::move(items), is_all ? visible_through : events.back().id);
}

void read_webhook_replay(db::Tx& tx, WebhookPlan& plan, Instant now) {
    if (!plan.wants_replay_page(now)) return;
    const WebhookReplay& replay = plan.replay();
    const std::int64_t reseller_id = plan.endpoint().reseller_id;
    const auto room = static_cast<int>(plan.replay_room());
    const store::EventRange range{.after_id = plan.replay_read_through(), .before_id = replay.through_id + 1};
    const auto events = replay.account_id != 0
                            ? store::list_account_events(tx, reseller_id, replay.account_id, range, room)
                            : store::list_reseller_events(tx, reseller_id, range, room);
    auto items = to_items(
        tx, events, [&](const Event& event) { return wants(plan.endpoint(), event) && is_replayed(replay, event); });
    const bool is_all = events.size() < static_cast<std::size_t>(room);
    plan.take_replay_page(std::move(items), is_all ? replay.through_id : events.back().id);
}

void read_webhook_lanes(db::Tx& tx, WebhookPlan& plan, Instant now) {
    for (WebhookPlan::LaneRead read : plan.lanes_to_read(now)) {
        const store::EventRange range{.after_id = read.from_id - 1, .before_id = read.through + 1};
        const std::int64_t reseller_id = plan.endpoint().reseller_id;
        const auto events = store::list_account_events(tx, reseller_id, read.account_id, range, lane_events_at_once);
        std::optional<WebhookItem> item;
        for (const Event& event : events) {
            if (!wants(plan.endpoint(), event)) continue;
            item = WebhookItem{event, uid_of(tx, event)};
            break;
        }
        // None among these, but there are more: it is asked again from there.
        if (!item && events.size() == lane_events_at_once) read.through = events.back().id;
        plan.take_lane_item(read, std::move(item));
    }
}

void keep_webhook_writes(db::Tx& tx, World& world, const Reseller& reseller, std::int64_t endpoint_id,
                         const WebhookWrites& writes) {
    if (!store::set_webhook_progress(tx, reseller.id, endpoint_id, writes.progress)) return;
    for (const auto& [account_id, lane] : writes.lanes) {
        if (lane)
            store::put_webhook_lane(tx, reseller.id, endpoint_id, *lane);
        else
            store::delete_webhook_lane(tx, reseller.id, endpoint_id, account_id);
    }
    if (writes.replay) {
        const auto& [id, after_id, is_over] = *writes.replay;
        if (is_over)
            store::end_webhook_replay(tx, reseller.id, endpoint_id, id);
        else
            store::move_webhook_replay(tx, reseller.id, endpoint_id, id, after_id);
    }
    for (WebhookAttempt attempt : writes.attempts) {
        attempt.id = world.new_id();
        attempt.recorded_at = world.now();
        store::insert_webhook_attempt(tx, reseller.id, endpoint_id, attempt);
    }
    if (!writes.attempts.empty()) store::trim_webhook_attempts(tx, reseller.id, endpoint_id, attempts_kept);
    if (!writes.disabled_because) return;
    const Instant now = world.now(reseller);
    if (!store::disable_webhook_endpoint(tx, reseller.id, endpoint_id, *writes.disabled_because, now)) return;
    Event event = begin_event(world, {.reseller = reseller}, EventKind::webhook_disabled, now);
    event.changes = {{"webhook_endpoint", "", std::to_string(endpoint_id)},
                     {"state", "enabled", "disabled"},
                     {"because", "", *writes.disabled_because}};
    store::append_event(tx, event);
}
