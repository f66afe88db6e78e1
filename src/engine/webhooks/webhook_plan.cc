#include "engine/webhooks/webhook_plan.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

namespace {

constexpr std::size_t ladder_length = std::size(webhook_ladder);
constexpr double spread = 0.15;

// After so many attempts in vain, at least one.
Instant try_again_at(Instant now, std::size_t attempts, const WebhookAnswer& answer, double luck) {
    const auto step = webhook_ladder[std::min(attempts, ladder_length) - 1];
    const double factor = 1 - spread + 2 * spread * std::clamp(luck, 0.0, 1.0);
    const auto delay = std::chrono::milliseconds(std::llround(double(step.count()) * factor));
    const auto asked = std::min(answer.retry_after.value_or(std::chrono::milliseconds(0)), webhook_retry_after_max);
    return now + std::max(delay, asked);
}

}  // namespace

WebhookPlan::WebhookPlan(WebhookEndpoint endpoint, const std::vector<WebhookLane>& lanes)
    : endpoint_(std::move(endpoint)), read_through_(endpoint_.progress.through_id) {
    for (const WebhookLane& lane : lanes) lanes_[lane.account_id].row = lane;
    begin_replay();
}

void WebhookPlan::change(WebhookEndpoint endpoint) {
    endpoint.progress = endpoint_.progress;
    endpoint_ = std::move(endpoint);
    begin_replay();
}

// One that is known goes on as it is known here.
void WebhookPlan::begin_replay() {
    if (replay_ || !endpoint_.replay || endpoint_.replay->id <= replay_begun_) return;
    replay_ = endpoint_.replay;
    replay_begun_ = replay_->id;
    replay_read_through_ = replay_->after_id;
    move_replay();
}

bool WebhookPlan::has_waiting() const {
    const auto is_waiting = [](const Waiting& waiting) { return waiting.stage != Stage::done; };
    return std::any_of(window_.begin(), window_.end(), is_waiting) ||
           std::any_of(replay_window_.begin(), replay_window_.end(), is_waiting);
}

bool WebhookPlan::wants_page(Instant now) const {
    if (is_disabled()) return false;
    if (is_failing()) return now >= *endpoint_.progress.next_at && !has_waiting() && lanes_.empty();
    return window_.size() <= window_max / 2;
}

void WebhookPlan::take_page(std::vector<WebhookItem> items, std::int64_t through) {
    for (WebhookItem& item : items) {
        // What has a lane waits there, in the event table.
        if (!lanes_.contains(item.event.account_id)) window_.push_back({std::move(item)});
    }
    read_through_ = std::max(read_through_, through);
    move_through();
}

bool WebhookPlan::wants_replay_page(Instant now) const {
    if (is_disabled() || !replay_ || replay_read_through_ >= replay_->through_id) return false;
    if (is_failing()) return now >= *endpoint_.progress.next_at && !has_waiting() && lanes_.empty();
    return replay_window_.size() <= window_max / 2;
}

void WebhookPlan::take_replay_page(std::vector<WebhookItem> items, std::int64_t through) {
    if (!replay_) return;
    for (WebhookItem& item : items) {
        const std::int64_t event_id = item.event.id;
        const Waiting* waiting = find(window_, event_id);
        // What has not been sent once is not sent once more.
        if (event_id > read_through_ || (waiting && waiting->stage != Stage::done)) continue;
        const auto lane = lanes_.find(item.event.account_id);
        if (lane == lanes_.end()) {
            replay_window_.push_back({std::move(item)});
            continue;
        }
        const std::int64_t from_id = lane->second.back_to.value_or(lane->second.row.event_id);
        if (event_id >= from_id) continue;  // the lane comes by there
        lane->second.back_to = event_id;
        if (!lane->second.is_in_flight) go_back(lane->second);
    }
    replay_read_through_ = std::max(replay_read_through_, through);
    move_replay();
}

void WebhookPlan::go_back(Lane& lane) {
    if (!lane.back_to) return;
    lane.row.event_id = *lane.back_to;
    lane.row.attempts = 0;
    lane.item.reset();
    lane.back_to.reset();
    note_lane(lane.row.account_id);
}

std::vector<WebhookPlan::LaneRead> WebhookPlan::lanes_to_read(Instant now) const {
    std::vector<LaneRead> reads;
    if (is_disabled()) return reads;
    if (is_failing() && (now < *endpoint_.progress.next_at || has_waiting() || in_flight_ > 0)) return reads;
    const std::size_t at_most = is_failing() ? 1 : in_flight_max;
    std::size_t ready = 0;
    for (const auto& [account_id, lane] : lanes_) {
        if (lane.item || lane.is_in_flight) {
            ++ready;
            continue;
        }
        if (ready + reads.size() >= at_most) break;
        if (is_failing() || lane.row.next_at <= now) reads.push_back({account_id, lane.row.event_id, read_through_});
    }
    return reads;
}

void WebhookPlan::take_lane_item(const LaneRead& read, std::optional<WebhookItem> item) {
    const auto found = lanes_.find(read.account_id);
    if (found == lanes_.end()) return;
    Lane& lane = found->second;
    if (item) {
        lane.row.event_id = item->event.id;
        lane.item = std::move(item);
        return;
    }
    if (read.through < read_through_) {
        lane.row.event_id = read.through + 1;
        return;
    }
    lanes_.erase(found);
    note_lane(read.account_id);
}

std::vector<WebhookDelivery> WebhookPlan::next(Instant now, std::size_t at_most) {
    std::vector<WebhookDelivery> deliveries;
    if (is_disabled()) return deliveries;
    const bool probes = is_failing();
    if (probes && (now < *endpoint_.progress.next_at || in_flight_ > 0)) return deliveries;
    const std::size_t limit = std::min(at_most, probes ? 1 : in_flight_max - std::min(in_flight_, in_flight_max));
    const auto begin = [&](const WebhookItem& item, int number, bool is_replay = false) {
        busy_.insert(item.event.account_id);
        ++in_flight_;
        deliveries.push_back({item, number, is_replay});
    };
    for (Waiting& waiting : window_) {
        if (deliveries.size() >= limit) return deliveries;
        if (waiting.stage != Stage::waiting || busy_.contains(waiting.item.event.account_id)) continue;
        waiting.stage = Stage::in_flight;
        begin(waiting.item, 1);
    }
    for (auto& [account_id, lane] : lanes_) {
        if (deliveries.size() >= limit) return deliveries;
        if (!lane.item || lane.is_in_flight || busy_.contains(account_id)) continue;
        if (!probes && lane.row.next_at > now) continue;
        lane.is_in_flight = true;
        begin(*lane.item, lane.row.attempts + 1);
    }
    for (Waiting& waiting : replay_window_) {
        if (deliveries.size() >= limit) return deliveries;
        if (waiting.stage != Stage::waiting || busy_.contains(waiting.item.event.account_id)) continue;
        waiting.stage = Stage::in_flight;
        begin(waiting.item, 1, true);
    }
    return deliveries;
}

void WebhookPlan::answered(const WebhookDelivery& delivery, const WebhookAnswer& answer, Instant now, double luck) {
    busy_.erase(delivery.item.event.account_id);
    --in_flight_;
    if (is_disabled()) return put_back(delivery);
    using Kind = WebhookAnswer::Kind;
    switch (answer.kind) {
    case Kind::cut_off: return put_back(delivery);
    case Kind::delivered:
        if (delivery.number > 1 || is_failing()) record(delivery, answer, WebhookOutcome::delivered, now);
        return arrive(delivery, now);
    case Kind::gone:
        record(delivery, answer, WebhookOutcome::failed, now);
        put_back(delivery);
        return disable("The receiver answered 410 Gone.");
    case Kind::failed:
    case Kind::endpoint_failed: break;
    }
    WebhookProgress& progress = endpoint_.progress;
    if (!progress.failing_since) progress.failing_since = now;
    answer.kind == Kind::failed ? fail(delivery, answer, now, luck) : fail_as_a_whole(delivery, answer, now, luck);
    if (now - *progress.failing_since >= webhook_disabled_after) disable("Nothing has arrived for five days.");
}

// The receiver is there, and takes things.
void WebhookPlan::arrive(const WebhookDelivery& delivery, Instant now) {
    WebhookProgress& progress = endpoint_.progress;
    failing_accounts_.clear();
    if (progress.failing_since || progress.failures > 0) {
        progress = {.through_id = progress.through_id};
        writes_.is_urgent = has_writes_ = true;
    }
    const auto lane = lanes_.find(delivery.item.event.account_id);
    if (lane != lanes_.end()) return advance_lane(lane->second, delivery.item.event.id, now);
    if (Waiting* waiting = find(delivery)) waiting->stage = Stage::done;
    delivery.is_replay ? move_replay() : move_through();
}

// The receiver is there, and does not take this.
void WebhookPlan::fail(const WebhookDelivery& delivery, const WebhookAnswer& answer, Instant now, double luck) {
    const auto found = lanes_.find(delivery.item.event.account_id);
    if (found == lanes_.end() && lanes_.size() >= lanes_max)
        return fail_as_a_whole(delivery, answer, now, luck);  // too many to be called exceptions
    failing_accounts_.clear();
    endpoint_.progress.failures = 0;
    endpoint_.progress.next_at.reset();
    if (found == lanes_.end()) {
        record(delivery, answer, WebhookOutcome::failed, now);
        return open_lane(delivery, try_again_at(now, 1, answer, luck));
    }
    Lane& lane = found->second;
    ++lane.row.attempts;
    const auto attempts = static_cast<std::size_t>(lane.row.attempts);
    if (attempts > ladder_length) {
        record(delivery, answer, WebhookOutcome::given_up, now);
        return advance_lane(lane, delivery.item.event.id, now);
    }
    record(delivery, answer, WebhookOutcome::failed, now);
    lane.row.next_at = try_again_at(now, attempts, answer, luck);
    lane.item.reset();
    lane.is_in_flight = false;
    note_lane(lane.row.account_id);
    go_back(lane);
}

// Nobody is there.
void WebhookPlan::fail_as_a_whole(const WebhookDelivery& delivery, const WebhookAnswer& answer, Instant now,
                                  double luck) {
    WebhookProgress& progress = endpoint_.progress;
    failing_accounts_.insert(delivery.item.event.account_id);
    const bool is_many = failing_accounts_.size() >= accounts_failing_in_a_row || lanes_.size() >= lanes_max;
    if (!is_failing() && !is_many) {
        const auto failing = failing_accounts_;
        fail(delivery, answer, now, luck);
        failing_accounts_ = failing;
        return;
    }
    record(delivery, answer, WebhookOutcome::failed, now);
    put_back(delivery);
    // What was sent before the first of them had failed says nothing new.
    if (is_failing() && now < *progress.next_at) return;
    ++progress.failures;
    progress.next_at = try_again_at(now, static_cast<std::size_t>(progress.failures), answer, luck);
    writes_.is_urgent = has_writes_ = true;
}

void WebhookPlan::open_lane(const WebhookDelivery& delivery, Instant next_at) {
    const std::int64_t account_id = delivery.item.event.account_id;
    const std::int64_t event_id = std::min(delivery.item.event.id, first_to_replay(account_id));
    const int attempts = event_id == delivery.item.event.id ? 1 : 0;
    lanes_[account_id].row = {.account_id = account_id, .event_id = event_id, .attempts = attempts, .next_at = next_at};
    for (Window* window : {&window_, &replay_window_})
        for (Waiting& waiting : *window)
            if (waiting.item.event.account_id == account_id) waiting.stage = Stage::done;
    note_lane(account_id);
    move_through();
    move_replay();
}

std::int64_t WebhookPlan::first_to_replay(std::int64_t account_id) const {
    for (const Waiting& waiting : replay_window_)
        if (waiting.item.event.account_id == account_id && waiting.stage != Stage::done) return waiting.item.event.id;
    return std::numeric_limits<std::int64_t>::max();
}

void WebhookPlan::advance_lane(Lane& lane, std::int64_t behind, Instant now) {
    lane.row.event_id = behind + 1;
    lane.row.attempts = 0;
    lane.row.next_at = now;
    lane.item.reset();
    lane.is_in_flight = false;
    note_lane(lane.row.account_id);
    go_back(lane);
}

// As if it had not been sent.
void WebhookPlan::put_back(const WebhookDelivery& delivery) {
    const auto lane = lanes_.find(delivery.item.event.account_id);
    if (lane != lanes_.end()) {
        lane->second.is_in_flight = false;
        return go_back(lane->second);
    }
    Waiting* waiting = find(delivery);
    if (waiting && waiting->stage == Stage::in_flight) waiting->stage = Stage::waiting;
}

void WebhookPlan::record(const WebhookDelivery& delivery, const WebhookAnswer& answer, WebhookOutcome outcome,
                         Instant now) {
    writes_.attempts.push_back({.event_id = delivery.item.event.id,
                                .account_id = delivery.item.event.account_id,
                                .number = delivery.number,
                                .at = now,
                                .outcome = outcome,
                                .status = answer.status,
                                .error = answer.error,
                                .answer = answer.body,
                                .duration_ms = answer.duration.count()});
    writes_.is_urgent = has_writes_ = true;
}

void WebhookPlan::disable(std::string why) {
    endpoint_.state = WebhookState::disabled;
    endpoint_.state_reason = why;
    writes_.disabled_because = std::move(why);
    writes_.is_urgent = has_writes_ = true;
}

void WebhookPlan::note_lane(std::int64_t account_id) {
    const auto lane = lanes_.find(account_id);
    writes_.lanes[account_id] = lane == lanes_.end() ? std::nullopt : std::optional(lane->second.row);
    writes_.is_urgent = has_writes_ = true;
}

void WebhookPlan::move_through() {
    while (!window_.empty() && window_.front().stage == Stage::done) window_.pop_front();
    const std::int64_t through = window_.empty() ? read_through_ : window_.front().item.event.id - 1;
    if (through <= endpoint_.progress.through_id) return;
    endpoint_.progress.through_id = through;
    has_writes_ = true;
}

void WebhookPlan::move_replay() {
    if (!replay_) return;
    while (!replay_window_.empty() && replay_window_.front().stage == Stage::done) replay_window_.pop_front();
    const std::int64_t through =
        replay_window_.empty() ? replay_read_through_ : replay_window_.front().item.event.id - 1;
    const bool is_over = through >= replay_->through_id;
    if (through <= replay_->after_id && !is_over) return;
    replay_->after_id = through;
    writes_.replay = {.id = replay_->id, .after_id = through, .is_over = is_over};
    has_writes_ = true;
    writes_.is_urgent |= is_over;
    if (is_over) replay_.reset();
}

WebhookPlan::Waiting* WebhookPlan::find(Window& window, std::int64_t event_id) {
    const auto found =
        std::lower_bound(window.begin(), window.end(), event_id,
                         [](const Waiting& waiting, std::int64_t id) { return waiting.item.event.id < id; });
    return found != window.end() && found->item.event.id == event_id ? &*found : nullptr;
}

WebhookPlan::Waiting* WebhookPlan::find(const WebhookDelivery& delivery) {
    return find(delivery.is_replay ? replay_window_ : window_, delivery.item.event.id);
}

WebhookWrites WebhookPlan::take_writes() {
    WebhookWrites writes = std::exchange(writes_, {});
    writes.progress = endpoint_.progress;
    has_writes_ = false;
    return writes;
}

void WebhookPlan::give_back(WebhookWrites writes) {
    for (auto& [account_id, lane] : writes_.lanes) writes.lanes[account_id] = lane;
    std::move(writes_.attempts.begin(), writes_.attempts.end(), std::back_inserter(writes.attempts));
    if (writes_.disabled_because) writes.disabled_because = writes_.disabled_because;
    if (writes_.replay) writes.replay = writes_.replay;
    writes.is_urgent |= writes_.is_urgent;
    writes_ = std::move(writes);
    has_writes_ = true;
}

std::optional<Instant> WebhookPlan::next_at() const {
    if (is_disabled()) return std::nullopt;
    if (is_failing()) return endpoint_.progress.next_at;
    std::optional<Instant> next;
    for (const auto& [account_id, lane] : lanes_)
        if (!lane.is_in_flight && (!next || lane.row.next_at < *next)) next = lane.row.next_at;
    return next;
}
