// Sends webhooks: a thread that drives a WebhookPlan for each enabled endpoint, with an http::Client. It reads the
// events behind what has been sent, never stands in the way of a request, and remembers in the database how far it has
// come: what was under way when the server ended is sent again. Of several servers on one database one sends, by lease:
// whoever loses it drops all that it knows, and reads it again where it gets it once more.

#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "db/database.h"
#include "engine/leases.h"
#include "engine/webhooks/receivers.h"
#include "engine/webhooks/webhook_plan.h"
#include "engine/world.h"
#include "http/client.h"
#include "model/reseller.h"
#include "service/fault.h"

// Rung after each commit, from any thread; costs next to nothing where nobody waits.
class CommitBell {
public:
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            has_rung_ = true;
        }
        rung_.notify_one();
    }
    // Until it has rung since the last time, or the time has passed.
    void wait_for(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        rung_.wait_for(lock, time, [this] { return has_rung_; });
        has_rung_ = false;
    }

private:
    std::mutex mutex_;
    std::condition_variable rung_;
    bool has_rung_ = false;
};

struct WebhookSenderOptions {
    ReceiverRules rules;
    std::string ca_file = {};                                // see http::ClientOptions
    std::function<void(std::string_view)> log_failure = {};  // a sentence; may be empty
    std::chrono::milliseconds call_timeout{15'000};
    // What is to go wrong with a delivery to this endpoint; random bits decide where it befalls only some. In a
    // sandbox; elsewhere empty.
    std::function<std::optional<service::Fault>(std::int64_t endpoint_id, std::uint64_t random_bits)> find_fault = {};
};

class WebhookSender {
public:
    // The bell is rung by whoever commits, and by this itself.
    WebhookSender(db::Database&, World&, std::shared_ptr<CommitBell>, WebhookSenderOptions);
    ~WebhookSender();  // cuts off what is under way, writes down what has arrived, and leaves the rest to other servers
    WebhookSender(const WebhookSender&) = delete;

    int leases_held() const { return leases_.held(); }

private:
    static constexpr std::size_t in_flight_max = 1'024;  // of all endpoints together
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Endpoint {
        Endpoint(Reseller reseller, WebhookEndpoint endpoint, const std::vector<WebhookLane>& lanes)
            : reseller(std::move(reseller)), plan(std::move(endpoint), lanes) {}
        Reseller reseller;
        WebhookPlan plan;
        std::int64_t incarnation = 0;
        TimePoint written_at;
        bool is_writing = false;
        bool is_unwanted = false;  // deleted or disabled: ends once nothing is under way
    };

    // A delivery under way.
    struct Sent {
        std::int64_t endpoint_id = 0;
        std::int64_t incarnation = 0;
        WebhookDelivery delivery;
    };
    struct Answered : Sent {
        WebhookAnswer answer;
        TimePoint counts_at = {};
    };
    // What a fault makes of an answer, whatever has been answered.
    struct Twist {
        std::optional<WebhookAnswer> answer;
        TimePoint counts_at = {};
    };
    struct Written {
        std::int64_t endpoint_id = 0;
        std::int64_t incarnation = 0;
        std::shared_ptr<WebhookWrites> failed;  // null: it has been written
    };

    void loop();
    void run_once();
    bool hold();
    void refresh();
    void take_what_happened();
    void read();
    void send(Endpoint&);
    void send(const Endpoint&, const WebhookDelivery&, Twist);
    void send_with_fault(const Endpoint&, const WebhookDelivery&, const service::Fault&);
    void send_what_was_delayed();
    void take(const Answered&);
    void write(Endpoint&);
    void write_the_rest();
    std::chrono::milliseconds time_to_wait();
    Instant now(const Endpoint& endpoint) { return world_.now(endpoint.reseller); }

    db::Database& database_;
    World& world_;
    const std::shared_ptr<CommitBell> bell_;
    const WebhookSenderOptions options_;
    Leases leases_;                               // of this thread alone, as all that follows
    LeaseTerm term_;                              // under which endpoints_ have been read
    TimePoint next_look_ = {};                    // at the lease
    std::map<std::int64_t, Endpoint> endpoints_;  // by id
    std::optional<std::uint64_t> generation_;
    std::int64_t incarnations_ = 0;
    std::size_t in_flight_ = 0;
    bool is_failing_ = false;
    bool has_more_ = false;                       // to read, at once
    std::multimap<TimePoint, Sent> delayed_;      // by a fault
    std::multimap<TimePoint, Answered> hanging_;  // likewise: the answers do not count yet

    std::mutex mutex_;
    std::vector<Answered> answered_;
    std::vector<Written> written_;
    bool stopping_ = false;
    std::size_t writes_under_way_ = 0;
    std::condition_variable all_written_;
    std::unique_ptr<http::Client> client_;
    std::thread thread_;
};
