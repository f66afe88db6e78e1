// What deliveries of webhooks cost, in one process: a receiver on loopback, a database in a folder, the sender between
// them. Prints one line a measurement, name and figure; figures compare only within one run on a quiet machine.
//
//     webhook_bench [EVENTS]      20000 unless said otherwise
//
//   client_per_s             requests a second of http::Client alone, as many at a time as an endpoint has
//   deliveries_per_s         signed deliveries a second of what has gathered, and per client_per_s
//   first_p50_ms, ..p99_ms   from the commit to the arrival of a first attempt, an event each few milliseconds
//   beside_hanging           the p99 of the same beside an endpoint that takes connections and says nothing, per p99
//   creates_per_s            accounts a second without an endpoint; creates_with_endpoint, creates_beside_dead: per
//   that undelivered_mib          memory that EVENTS * 50 events cost that cannot be delivered

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/webhook_signature.h"
#include "db/sqlite.h"
#include "engine/accounts/open_account.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/promotions.h"
#include "http/client.h"
#include "http/server.h"
#include "server/system_world.h"
#include "server/webhook_sender.h"
#include "service/webhook_payload.h"
#include "store/events.h"
#include "store/resellers.h"
#include "store/webhooks.h"
#include "tests/testing/fresh_database.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t operator_id = 1, partner_id = 2, other_id = 3;
constexpr int accounts = 1'000;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

void tell(const char* name, double figure) { fmt::print("{:<24} {:.3f}\n", name, figure); }

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double resident_mib() {
    std::ifstream file("/proc/self/statm");
    double pages = 0, resident = 0;
    file >> pages >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024 / 1024;
}

// Takes everything, and knows when each event arrived.
class Receiver {
public:
    Receiver()
        : server_({.threads = 1}, [this](http::Request request, http::Reply reply) {
              const std::string* id = request.headers.find("webhook-id");
              {
                  const std::lock_guard lock(mutex_);
                  ++count_;
                  if (id) arrived_.emplace(std::atoll(id->c_str()), Clock::now());
              }
              changed_.notify_all();
              reply({.status = 204});
          }) {
        server_.start();
    }

    std::string url() const { return fmt::format("http://127.0.0.1:{}/hook", server_.port()); }

    void wait_for(std::int64_t count) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(300), [&] { return count_ >= count; }))
            throw std::runtime_error(fmt::format("{} of {} have arrived", count_, count));
    }
    std::int64_t count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    std::optional<Clock::time_point> arrival_of(std::int64_t event_id) {
        const std::lock_guard lock(mutex_);
        const auto found = arrived_.find(event_id);
        return found == arrived_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t count_ = 0;
    std::unordered_map<std::int64_t, Clock::time_point> arrived_;
    http::Server server_;
};

// Takes what is said, and says nothing.
class Hanging {
public:
    Hanging()
        : server_({.threads = 1}, [this](http::Request, http::Reply reply) {
              const std::lock_guard lock(mutex_);
              kept_.push_back(std::move(reply));
          }) {
        server_.start();
    }
    std::string url() const { return fmt::format("http://127.0.0.1:{}/hook", server_.port()); }

private:
    std::mutex mutex_;
    std::vector<http::Reply> kept_;
    http::Server server_;
};

// A database with accounts, an endpoint or two, and a sender when it is wanted.
class Bench {
public:
    Bench() : world_(new_sealing_key(), 0) {
        const Caller root{.reseller = {.id = operator_id}};
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            require(add_reseller(tx, world_, {.id = operator_id, .name = "Operator"}));
            require(add_domain(tx, world_, root, {"b5test.com"}));
            for (const std::int64_t id : {partner_id, other_id}) {
                require(add_reseller(tx, world_, {.id = id, .parent_id = operator_id, .name = "Partner"}));
                require(add_promotion(tx, world_, {.reseller_id = id, .domain = "b5test.com"}));
            }
            partner_.reseller = store::find_reseller(tx, partner_id).value();
            other_.reseller = store::find_reseller(tx, other_id).value();
            for (int i = 0; i < accounts; ++i)
                for (const Caller* caller : {&partner_, &other_}) ids_.push_back(require(open(tx, *caller)).id);
        });
    }

    void add_endpoint(std::int64_t reseller_id, const std::string& url) {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            WebhookEndpoint endpoint{.reseller_id = reseller_id,
                                     .id = world_.new_id(),
                                     .url = url,
                                     .secret = to_webhook_secret(std::string(24, 's'))};
            endpoint.progress.through_id = store::visible_through(tx);
            endpoint.created_at = endpoint.updated_at = world_.now();
            store::insert_webhook_endpoint(tx, endpoint, {.key = world_.sealing_key()});
        });
    }

    // So many, in commits of a thousand; the first id.
    std::int64_t append(std::int64_t reseller_id, std::int64_t count) {
        std::int64_t first = 0;
        for (std::int64_t done = 0; done < count;)
            db::write_and_wait(*database_, [&](db::Tx& tx) {
                for (const std::int64_t end = std::min(done + 1'000, count); done < end; ++done) {
                    const std::int64_t id = append_one(tx, reseller_id, done);
                    if (first == 0) first = id;
                }
            });
        bell_->ring();
        return first;
    }

    std::int64_t append_and_ring(std::int64_t reseller_id, std::int64_t number) {
        std::int64_t id = 0;
        db::write_and_wait(*database_, [&](db::Tx& tx) { id = append_one(tx, reseller_id, number); });
        bell_->ring();
        return id;
    }

    void start_sender() {
        sender_ = std::make_unique<WebhookSender>(*database_, world_, bell_,
                                                  WebhookSenderOptions{.rules = {.is_sandbox = true}});
    }
    void stop_sender() { sender_.reset(); }

    // Accounts a second, 64 at a time.
    double create_for(std::chrono::seconds time) {
        constexpr int outstanding_max = 64;
        std::mutex mutex;
        std::condition_variable changed;
        int outstanding = 0;
        std::int64_t done = 0;
        const auto begun = Clock::now();
        while (Clock::now() - begun < time) {
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return outstanding < outstanding_max; });
                ++outstanding;
            }
            database_->write(
                [this](db::Tx& tx) {
                    require(open(tx, partner_));
                    return db::Outcome::keep;
                },
                [&](std::exception_ptr) {
                    bell_->ring();
                    const std::lock_guard lock(mutex);
                    --outstanding;
                    ++done;
                    changed.notify_one();
                });
        }
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return outstanding == 0; });
        return static_cast<double>(done) / seconds_since(begun);
    }

    // Milliseconds from the commit to the arrival, of so many events.
    std::vector<double> first_attempts(Receiver& receiver, int count) {
        std::vector<std::pair<std::int64_t, Clock::time_point>> committed;
        for (int i = 0; i < count; ++i) {
            const std::int64_t id = append_and_ring(partner_id, i);
            committed.emplace_back(id, Clock::now());
            append_and_ring(other_id, i);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        std::vector<double> times;
        for (const auto& [id, at] : committed) {
            auto arrival = receiver.arrival_of(id);
            for (int i = 0; i < 5'000 && !arrival; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                arrival = receiver.arrival_of(id);
            }
            if (!arrival) throw std::runtime_error("an event has not arrived");
            times.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(*arrival - at).count()));
        }
        return times;
    }

private:
    template <class T>
    static T require(Result<T> result) {
        if (!result.ok()) throw std::runtime_error(result.error().detail);
        return std::move(result).value();
    }

    Result<Account> open(db::Tx& tx, const Caller& caller) {
        return open_account(tx, world_, caller, {.uid = fmt::format("a-{}", ++uids_), .domain = "b5test.com"});
    }

    std::int64_t append_one(db::Tx& tx, std::int64_t reseller_id, std::int64_t number) {
        const std::size_t of_reseller = reseller_id == partner_id ? 0 : 1;
        Event event{.reseller_id = reseller_id,
                    .id = world_.new_id(),
                    .account_id = ids_[static_cast<std::size_t>(number % accounts) * 2 + of_reseller],
                    .kind = EventKind::account_held,
                    .at = world_.now(),
                    .recorded_at = world_.now(),
                    .actor = {.kind = ActorKind::operator_, .id = 7},
                    .request_id = "5d1c0a2b3e4f5061",
                    .api = "admin"};
        event.changes = {{"status", "entitled", "suspended"}, {"holds", "", "administrative"}};
        store::append_event(tx, event);
        return event.id;
    }

    SystemWorld world_;
    FreshDatabase database_;
    std::shared_ptr<CommitBell> bell_ = std::make_shared<CommitBell>();
    std::unique_ptr<WebhookSender> sender_;
    Caller partner_, other_;
    std::vector<std::int64_t> ids_;  // of accounts, of the two resellers in turn
    std::int64_t uids_ = 0;
};

double measure_client(std::int64_t count) {
    Receiver receiver;
    const std::string body(400, 'x');
    std::atomic<std::int64_t> begun_calls = 0;
    std::function<void()> next;
    http::Client client;  // ends before what its answers come back to
    const auto begun = Clock::now();
    next = [&] {
        if (begun_calls.fetch_add(1) >= count) return;
        http::Request request{.method = http::Method::post};
        request.headers = {{"Content-Type", "application/json"}, {"Webhook-Timestamp", "1798761600"}};
        request.body = body;
        client.send_async(receiver.url(), std::move(request), {}, [&](const http::Outcome&) { next(); });
    };
    for (std::size_t i = 0; i < WebhookPlan::in_flight_max; ++i) next();
    receiver.wait_for(count);
    return static_cast<double>(count) / seconds_since(begun);
}

double measure_deliveries(std::int64_t count) {
    Receiver receiver;
    Bench bench;
    bench.add_endpoint(partner_id, receiver.url());
    bench.append(partner_id, count);
    const auto begun = Clock::now();
    bench.start_sender();
    receiver.wait_for(count);
    const double rate = static_cast<double>(count) / seconds_since(begun);
    bench.stop_sender();
    return rate;
}

void measure_first_attempts() {
    constexpr int count = 1'000;
    const auto measure = [](bool beside_hanging) {
        Receiver receiver;
        Hanging hanging;
        Bench bench;
        bench.add_endpoint(partner_id, receiver.url());
        if (beside_hanging) bench.add_endpoint(other_id, hanging.url());
        bench.start_sender();
        bench.first_attempts(receiver, 50);  // connections are there
        auto times = bench.first_attempts(receiver, count);
        bench.stop_sender();
        return times;
    };
    const auto alone = measure(false);
    tell("first_p50_ms", percentile(alone, 0.5));
    tell("first_p99_ms", percentile(alone, 0.99));
    tell("beside_hanging", percentile(measure(true), 0.99) / percentile(alone, 0.99));
}

void measure_creates() {
    const auto measure = [](int which) {
        Receiver receiver;
        Bench bench;
        if (which == 1) bench.add_endpoint(partner_id, receiver.url());
        if (which == 2) bench.add_endpoint(partner_id, "http://127.0.0.1:1/hook");
        bench.start_sender();
        const double rate = bench.create_for(std::chrono::seconds(3));
        bench.stop_sender();
        return rate;
    };
    // In turn, since a machine's speed changes.
    double rates[3] = {};
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round)
        for (int which = 0; which < 3; ++which) rates[which] += measure(which) / rounds;
    tell("creates_per_s", rates[0]);
    tell("creates_with_endpoint", rates[1] / rates[0]);
    tell("creates_beside_dead", rates[2] / rates[0]);
}

void measure_memory(std::int64_t count) {
    Bench bench;
    bench.add_endpoint(partner_id, "http://127.0.0.1:1/hook");
    bench.start_sender();
    bench.append(partner_id, 1'000);
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const double before = resident_mib();
    bench.append(partner_id, count);
    std::this_thread::sleep_for(std::chrono::seconds(8));  // the first step of the ladder, too
    tell("undelivered_mib", resident_mib() - before);
    bench.stop_sender();
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t events = argc > 1 ? std::atoll(argv[1]) : 20'000;
    if (events < 1) {
        std::fprintf(stderr, "webhook_bench [EVENTS]\n");
        return 2;
    }
    const double client = measure_client(events);
    const double deliveries = measure_deliveries(events);
    tell("client_per_s", client);
    tell("deliveries_per_s", deliveries);
    tell("deliveries_per_client", deliveries / client);
    measure_first_attempts();
    measure_creates();
    measure_memory(events * 50);
    return 0;
}
