#include "server/webhook_sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/thread_role.h"
#include "core/utf8.h"
#include "engine/webhooks/keep_webhook_writes.h"
#include "service/webhook_payload.h"
#include "workflow/text/retry_after.h"

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr auto write_interval = milliseconds(100);
constexpr auto lazy_write_interval = milliseconds(2'000);  // where nothing has happened but that time goes on
constexpr milliseconds look_interval = Leases::renewed_each;
constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::size_t answer_bytes_kept = 1'024;

// What a receiver answers is anything; what is kept is text.
std::string kept(std::string_view body) {
    std::string text;
    for (const char c : body.substr(0, answer_bytes_kept)) text += c == '\n' || (c >= ' ' && c < 0x7f) ? c : '?';
    return text;
}

std::optional<milliseconds> retry_after(const http::Response& response, Instant now) {
    const std::string* header = response.headers.find("retry-after");
    const auto delay = header ? workflow::parse_retry_after(*header, now) : std::nullopt;
    if (!delay) return std::nullopt;
    return std::min(*delay, webhook_retry_after_max);
}

WebhookAnswer::Kind kind_of(int status) {
    using Kind = WebhookAnswer::Kind;
    if (status >= 200 && status < 300) return Kind::delivered;
    switch (status) {
    case 410: return Kind::gone;
    case 429:
    case 502:
    case 503:
    case 504: return Kind::endpoint_failed;
    default: return Kind::failed;
    }
}

WebhookAnswer::Kind kind_of(http::NetworkError::Kind kind) {
    using Network = http::NetworkError::Kind;
    switch (kind) {
    case Network::resolve:
    case Network::connect:
    case Network::tls:
    case Network::timeout: return WebhookAnswer::Kind::endpoint_failed;
    case Network::cancelled: return WebhookAnswer::Kind::cut_off;
    case Network::bad_request:
    case Network::protocol:
    case Network::too_large: break;
    }
    return WebhookAnswer::Kind::failed;
}

// now: by the server's clock.
WebhookAnswer to_answer(const http::Outcome& outcome, milliseconds duration, Instant now) {
    if (!outcome.ok())
        return {.kind = kind_of(outcome.error().kind), .error = kept(outcome.error().detail), .duration = duration};
    const http::Response& response = outcome.response();
    return {.kind = kind_of(response.status),
            .status = response.status,
            .body = kept(response.body),
            .retry_after = retry_after(response, now),
            .duration = duration};
}

constexpr std::string_view asked_for = "A fault that was asked for.";

// As if the receiver had answered so, or the network.
WebhookAnswer answer_of(const service::Fault& fault) {
    using Kind = service::Fault::Kind;
    switch (fault.kind) {
    case Kind::too_many_requests: return {.kind = kind_of(429), .status = 429, .body = std::string(asked_for)};
    case Kind::unavailable: return {.kind = kind_of(503), .status = 503, .body = std::string(asked_for)};
    case Kind::drop:
        return {.kind = kind_of(http::NetworkError::Kind::protocol),
                .error = "the connection was closed without an answer: a fault that was asked for"};
    case Kind::delay:
        return {.kind = kind_of(http::NetworkError::Kind::timeout),
                .error = "no answer came in time: a fault that was asked for"};
    case Kind::internal_error: break;
    }
    return {.kind = kind_of(500), .status = 500, .body = std::string(asked_for)};
}

http::ClientOptions client_options(const WebhookSenderOptions& options) {
    http::ClientOptions client;
    client.background_name = "webhook-calls";
    client.connect_timeout = std::min(client.connect_timeout, options.call_timeout);
    client.call_timeout = options.call_timeout;
    client.header_bytes_max = answer_bytes_max;
    client.body_bytes_max = answer_bytes_max;
    client.ca_file = options.ca_file;
    client.user_agent = "partnerd-webhooks";
    client.repeats_all_methods = true;  // a receiver drops what it has had
    client.may_connect = [rules = options.rules](const std::string& address, bool is_https) {
        const auto parsed = parse_ip_address(address);
        return parsed && may_receive(rules, *parsed, is_https);
    };
    return client;
}

}  // namespace

WebhookSender::WebhookSender(db::Database& database, World& world, std::shared_ptr<CommitBell> bell,
                             WebhookSenderOptions options)
    : database_(database),
      world_(world),
      bell_(std::move(bell)),
      options_(std::move(options)),
      leases_(database, world, {.names = {std::string(Leases::webhooks)}}),
      client_(std::make_unique<http::Client>(client_options(options_))),
      thread_([this] {
          become_background_thread("webhooks");
          loop();
      }) {}

WebhookSender::~WebhookSender() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_->ring();
    thread_.join();
    client_.reset();
    {
        std::unique_lock lock(mutex_);
        all_written_.wait(lock, [this] { return writes_under_way_ == 0; });
    }
    try {
        write_the_rest();
    } catch (const std::exception&) {
        // It will be sent again.
    }
    try {
        leases_.give_back();
    } catch (const std::exception&) {
        // It ends by itself.
    }
}

void WebhookSender::loop() {
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        try {
            run_once();
            is_failing_ = false;
        } catch (const LeaseLost&) {
            next_look_ = {};
        } catch (const std::exception& exception) {
            if (!is_failing_ && options_.log_failure)
                options_.log_failure(fmt::format("webhooks cannot be sent: {}", exception.what()));
            is_failing_ = true;
            bell_->wait_for(milliseconds(1'000));
        }
    }
}

void WebhookSender::run_once() {
    if (!hold()) return bell_->wait_for(look_interval);
    refresh();
    take_what_happened();
    send_what_was_delayed();
    read();
    for (auto& [id, endpoint] : endpoints_) send(endpoint);
    for (auto& [id, endpoint] : endpoints_) write(endpoint);
    std::erase_if(endpoints_, [](const auto& entry) {
        const Endpoint& endpoint = entry.second;
        return endpoint.is_unwanted && endpoint.plan.in_flight() == 0 && !endpoint.is_writing;
    });
    if (!has_more_) bell_->wait_for(time_to_wait());
}

// What is under way when all is dropped ends as of an endpoint that is not known any more. While nobody knows whether
// the lease is still held, nothing is sent; if it is, all goes on.
bool WebhookSender::hold() {
    if (SteadyClock::now() >= next_look_) {
        leases_.look();
        next_look_ = SteadyClock::now() + look_interval;
    }
    const auto term = leases_.find(Leases::webhooks);
    if (term.value_or(LeaseTerm{}) != term_) {
        endpoints_.clear();
        generation_.reset();
        term_ = term.value_or(LeaseTerm{});
    }
    return term && leases_.is_fresh(*term);
}

// Whoever changes an endpoint, a reseller or its clock has moved the generation. How far an endpoint has come is read
// in a work: what another server had still in hand when its lease was taken comes before that, or is refused. Beside a
// snapshot it would do neither.
void WebhookSender::refresh() {
    const std::uint64_t generation = database_.generation();
    if (generation_ == generation) return;
    std::map<std::int64_t, EnabledWebhook> wanted;
    std::map<std::int64_t, std::vector<WebhookLane>> lanes;  // of those that are not known yet
    const auto look = [&](db::Tx& tx) {
        term_.require(tx);
        wanted = read_enabled_webhooks(tx, world_);
        lanes.clear();
        for (const auto& [id, found] : wanted)
            if (!endpoints_.contains(id)) lanes.emplace(id, read_all_webhook_lanes(tx, found.endpoint));
    };
    db::read_and_wait(database_, look);
    if (!lanes.empty() && database_.is_shared()) db::write_and_wait(database_, look);
    bool waits_for_old = false;
    for (auto& [id, known] : endpoints_) {
        const auto found = wanted.find(id);
        known.is_unwanted = found == wanted.end() || known.plan.is_disabled();
        if (found == wanted.end()) continue;
        waits_for_old |= known.is_unwanted;
        if (!known.is_unwanted) {
            known.reseller = std::move(found->second.reseller);
            known.plan.change(std::move(found->second.endpoint));
        }
        wanted.erase(found);
    }
    for (auto& [id, found] : wanted)
        endpoints_.try_emplace(id, std::move(found.reseller), std::move(found.endpoint), lanes[id])
            .first->second.incarnation = ++incarnations_;
    // One that has been enabled again begins anew when the last delivery of its former life has ended.
    generation_ = waits_for_old ? std::nullopt : std::optional(generation);
}

void WebhookSender::take_what_happened() {
    std::vector<Answered> answered;
    std::vector<Written> written;
    {
        const std::lock_guard lock(mutex_);
        answered.swap(answered_);
        written.swap(written_);
    }
    const auto time = SteadyClock::now();
    for (Answered& one : answered) {
        if (one.counts_at <= time)
            take(one);
        else
            hanging_.emplace(one.counts_at, std::move(one));
    }
    while (!hanging_.empty() && hanging_.begin()->first <= time) {
        take(hanging_.begin()->second);
        hanging_.erase(hanging_.begin());
    }
    for (Written& one : written) {
        const auto endpoint = endpoints_.find(one.endpoint_id);
        if (endpoint == endpoints_.end() || endpoint->second.incarnation != one.incarnation) continue;
        endpoint->second.is_writing = false;
        if (!one.failed) continue;
        endpoint->second.plan.give_back(std::move(*one.failed));
        next_look_ = {};
    }
}

void WebhookSender::take(const Answered& one) {
    --in_flight_;
    const auto endpoint = endpoints_.find(one.endpoint_id);
    if (endpoint == endpoints_.end() || endpoint->second.incarnation != one.incarnation) return;
    constexpr double whole = 4'294'967'296.0;
    const double luck = double(world_.random_bits() >> 32) / whole;
    endpoint->second.plan.answered(one.delivery, one.answer, now(endpoint->second), luck);
}

void WebhookSender::read() {
    has_more_ = false;
    if (endpoints_.empty()) return;
    db::read_and_wait(database_, [&](db::Tx& tx) {
        const std::int64_t visible = read_visible_through(tx);
        for (auto& [id, endpoint] : endpoints_) {
            if (endpoint.is_unwanted) continue;
            const Instant at = now(endpoint);
            if (endpoint.plan.read_through() < visible && endpoint.plan.wants_page(at)) {
                read_webhook_page(tx, endpoint.plan, visible);
                has_more_ |= endpoint.plan.read_through() < visible && endpoint.plan.wants_page(at);
            }
            read_webhook_lanes(tx, endpoint.plan, at);
            read_webhook_replay(tx, endpoint.plan, at);
            has_more_ |= endpoint.plan.wants_replay_page(at);
        }
    });
}

void WebhookSender::send(Endpoint& endpoint) {
    if (endpoint.is_unwanted) return;
    for (const WebhookDelivery& delivery :
         endpoint.plan.next(now(endpoint), in_flight_max - std::min(in_flight_, in_flight_max))) {
        ++in_flight_;
        const auto fault =
            options_.find_fault ? options_.find_fault(endpoint.plan.endpoint().id, world_.random_bits()) : std::nullopt;
        if (fault)
            send_with_fault(endpoint, delivery, *fault);
        else
            send(endpoint, delivery, {});
    }
}

// As requests have their faults (service.cc): one that has no effect does not arrive. What is delayed beyond the time
// that an answer may take hangs.
void WebhookSender::send_with_fault(const Endpoint& endpoint, const WebhookDelivery& delivery,
                                    const service::Fault& fault) {
    const Sent sent{endpoint.plan.endpoint().id, endpoint.incarnation, delivery};
    const auto begun = SteadyClock::now();
    const bool is_delay = fault.kind == service::Fault::Kind::delay;
    const auto delay = is_delay ? std::min(fault.delay, options_.call_timeout) : milliseconds(0);
    if (is_delay && delay < options_.call_timeout) {
        if (fault.has_effect) return send(endpoint, delivery, {.answer = {}, .counts_at = begun + delay});
        delayed_.emplace(begun + delay, sent);
        return;
    }
    WebhookAnswer answer = answer_of(fault);
    answer.duration = delay;
    if (fault.has_effect) return send(endpoint, delivery, {.answer = std::move(answer), .counts_at = begun + delay});
    hanging_.emplace(begun + delay, Answered{sent, std::move(answer), begun + delay});
}

void WebhookSender::send_what_was_delayed() {
    for (const auto time = SteadyClock::now(); !delayed_.empty() && delayed_.begin()->first <= time;) {
        const Sent sent = std::move(delayed_.begin()->second);
        delayed_.erase(delayed_.begin());
        const auto endpoint = endpoints_.find(sent.endpoint_id);
        const bool is_wanted = endpoint != endpoints_.end() && endpoint->second.incarnation == sent.incarnation &&
                               !endpoint->second.is_unwanted;
        if (is_wanted)
            send(endpoint->second, sent.delivery, {});
        else
            take({sent, {.kind = WebhookAnswer::Kind::cut_off}, {}});
    }
}

void WebhookSender::send(const Endpoint& endpoint, const WebhookDelivery& delivery, Twist twist) {
    const WebhookEndpoint& to = endpoint.plan.endpoint();
    if (!leases_.is_fresh(term_)) {
        const std::lock_guard lock(mutex_);
        answered_.push_back({{to.id, endpoint.incarnation, delivery}, {.kind = WebhookAnswer::Kind::cut_off}, {}});
        return;
    }
    http::Request request{.method = http::Method::post};
    request.body = service::render_webhook_payload(to, delivery.item.event, delivery.item.account_uid);
    const std::string id = std::to_string(delivery.item.event.id);
    const std::int64_t timestamp = to_milliseconds(world_.now()) / 1000;
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Webhook-Id", id);
    request.headers.set("Webhook-Timestamp", std::to_string(timestamp));
    request.headers.set("Webhook-Signature",
                        service::render_webhook_signature(to, now(endpoint), id, timestamp, request.body));
    if (!delivery.item.event.trace.empty()) request.headers.set("traceparent", delivery.item.event.trace);
    client_->send_async(to.url, std::move(request), {},
                        [this, sent = Sent{to.id, endpoint.incarnation, delivery}, twist = std::move(twist),
                         begun = SteadyClock::now()](const http::Outcome& outcome) {
                            const auto duration = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begun);
                            WebhookAnswer answer = to_answer(outcome, duration, world_.now());
                            if (twist.answer && answer.kind != WebhookAnswer::Kind::cut_off) answer = *twist.answer;
                            {
                                const std::lock_guard lock(mutex_);
                                answered_.push_back({sent, std::move(answer), twist.counts_at});
                            }
                            bell_->ring();
                        });
}

void WebhookSender::write(Endpoint& endpoint) {
    if (endpoint.is_writing || !endpoint.plan.has_writes()) return;
    const auto interval =
        endpoint.plan.has_urgent_writes() || endpoint.plan.in_flight() > 0 ? write_interval : lazy_write_interval;
    const auto time = SteadyClock::now();
    if (time - endpoint.written_at < interval) return;
    endpoint.written_at = time;
    endpoint.is_writing = true;
    auto writes = std::make_shared<WebhookWrites>(endpoint.plan.take_writes());
    const std::int64_t endpoint_id = endpoint.plan.endpoint().id;
    {
        const std::lock_guard lock(mutex_);
        ++writes_under_way_;
    }
    database_.write(
        [this, writes, endpoint_id, term = term_, reseller = endpoint.reseller](db::Tx& tx) {
            term.require(tx);
            keep_webhook_writes(tx, world_, reseller, endpoint_id, *writes);
            return db::Outcome::keep;
        },
        [this, writes, endpoint_id, bell = bell_, incarnation = endpoint.incarnation](std::exception_ptr failure) {
            {
                const std::lock_guard lock(mutex_);
                written_.push_back({endpoint_id, incarnation, failure ? writes : nullptr});
                if (--writes_under_way_ == 0) all_written_.notify_all();
            }
            bell->ring();
        });
}

// Nothing is under way any more.
void WebhookSender::write_the_rest() {
    take_what_happened();
    std::map<std::int64_t, WebhookWrites> rest;  // taken once: the transaction may run again
    for (auto& [id, endpoint] : endpoints_)
        if (endpoint.plan.has_writes()) rest.emplace(id, endpoint.plan.take_writes());
    if (rest.empty()) return;
    db::write_and_wait(database_, [&](db::Tx& tx) {
        term_.require(tx);
        for (const auto& [id, writes] : rest) keep_webhook_writes(tx, world_, endpoints_.at(id).reseller, id, writes);
    });
}

milliseconds WebhookSender::time_to_wait() {
    auto time = milliseconds(1'000);
    const auto until = [](TimePoint at) {
        return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(at - SteadyClock::now()));
    };
    if (!delayed_.empty()) time = std::min(time, until(delayed_.begin()->first));
    if (!hanging_.empty()) time = std::min(time, until(hanging_.begin()->first));
    for (const auto& [id, endpoint] : endpoints_) {
        if (endpoint.plan.has_writes() && !endpoint.is_writing) time = std::min(time, write_interval);
        if (endpoint.reseller.clock.frozen_at) continue;
        const auto next = endpoint.plan.next_at();
        if (next) time = std::min(time, std::max(milliseconds(1), *next - now(endpoint)));
    }
    return time;
}
