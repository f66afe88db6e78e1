// Tenants share threads and one writer. Ten of them send as much of one kind of request as they can, an eleventh sends
// one: those who flood meet refusals of their own, and the quiet one's request is not far from the front. Counted are
// turns, not seconds: the database keeps its writes, and the thread for slow work stands still, until the test says so.

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "engine/resellers/promotions.h"
#include "engine/subscriptions/plans.h"
#include "server/dialects.h"
#include "service/feed_waiters.h"
#include "service/service.h"
#include "tests/testing/engine_test.h"

namespace {

// Keeps writes until they are asked for, one by one, and stops readers that are not the test's own thread.
class HeldDatabase final : public db::Database {
public:
    explicit HeldDatabase(db::Database& inner) : inner_(inner) {}

    void write(Work work, Done done) override {
        {
            const std::lock_guard lock(mutex_);
            if (holds_writes_) return held_.push_back({std::move(work), std::move(done)});
        }
        inner_.write(std::move(work), std::move(done));
    }

    void read(Work work, Done done) override {
        if (std::this_thread::get_id() != owner_) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !holds_readers_; });
        }
        inner_.read(std::move(work), std::move(done));
    }

    std::uint64_t generation() const override { return inner_.generation(); }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

    void hold() {
        const std::lock_guard lock(mutex_);
        holds_writes_ = holds_readers_ = true;
    }

    void let_readers_go() {
        const std::lock_guard lock(mutex_);
        holds_readers_ = false;
        changed_.notify_all();
    }

    // Commits the one that came first; false: there is none.
    bool commit_one() {
        std::unique_lock lock(mutex_);
        if (held_.empty()) return false;
        auto [work, done] = std::move(held_.front());
        held_.pop_front();
        lock.unlock();
        std::promise<void> finished;
        inner_.write(std::move(work), [&, done = std::move(done)](std::exception_ptr failure) {
            done(std::move(failure));
            finished.set_value();
        });
        finished.get_future().get();
        return true;
    }

private:
    struct Held {
        Work work;
        Done done;
    };

    db::Database& inner_;
    const std::thread::id owner_ = std::this_thread::get_id();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Held> held_;
    bool holds_writes_ = false;
    bool holds_readers_ = false;
};

constexpr std::int64_t quiet = 30;
constexpr std::chrono::seconds patience{60};  // passwords take their time
constexpr service::AdmissionLimits limits = {
    .slow_threads = 1, .slow_waiting = 6, .writes_under_way = 8, .writes_waiting = 30};

class NoisyNeighbour : public EngineTest {
public:
    NoisyNeighbour() {
        write([&](db::Tx& tx) {
            for (const std::int64_t id : everybody()) {
                add(tx, {.id = id, .name = "Tenant"});
                ASSERT_TRUE(add_plan(tx, world_, {.reseller_id = id, .id = 1, .name = "Plan"}).ok());
                for (const CredentialKind kind :
                     {CredentialKind::partner_token, CredentialKind::api_key, CredentialKind::operator_token})
                    ASSERT_TRUE(
                        add_credential(tx, world_, {.reseller_id = id, .kind = kind, .secret = secret_of(id, kind)})
                            .ok());
            }
        });
        for (const std::int64_t id : everybody()) {
            const std::string body = ask(request(http::Method::get, "/rest/v2/authentication/getapitoken?key=" +
                                                                        secret_of(id, CredentialKind::api_key)));
            const std::size_t begin = body.find("\"Token\":\"") + 9;
            tokens_[id] = body.substr(begin, 36);
        }
    }

    ~NoisyNeighbour() override {
        held_.let_readers_go();
        while (held_.commit_one()) {
        }
        waiters_->stop();
        service_.stop();
        write([](db::Tx&) {});  // whatever was under way has been told
    }

    static std::vector<std::int64_t> floods() { return {20, 21, 22, 23, 24, 25, 26, 27, 28, 29}; }
    static std::vector<std::int64_t> everybody() {
        auto all = floods();
        all.push_back(quiet);
        return all;
    }
    static std::string secret_of(std::int64_t id, CredentialKind kind) {
        return "secret-" + std::to_string(id) + '-' + std::to_string(int(kind));
    }

    static http::Request request(http::Method method, std::string target, http::Headers headers = {},
                                 std::string body = {}) {
        http::Request request{.method = method, .target = std::move(target), .headers = std::move(headers)};
        request.method_name = http::to_string(method);
        request.body = std::move(body);
        if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
        return request;
    }

    std::string ask(http::Request request) {
        std::promise<std::string> answered;
        service_.serve(std::move(request), [&](http::Response response) { answered.set_value(response.body); });
        return answered.get_future().get();
    }

    // The kinds of requests that take turns.
    http::Request open(std::int64_t id) {
        return request(
            http::Method::post, "/api/v1/partners/accounts",
            {{"Authorization", "Bearer " + secret_of(id, CredentialKind::partner_token)}},
            R"({"account_uid":"a-)" + std::to_string(++count_) + R"(","account_type":"I","domain":"b5test.com"})");
    }
    http::Request open_once(std::int64_t id) {
        http::Request request = open(id);
        request.headers.add("Idempotency-Key", "key-" + std::to_string(count_));
        return request;
    }
    http::Request operate(std::int64_t id) {
        return request(http::Method::patch, "/admin/v1/resellers/" + std::to_string(id),
                       {{"Authorization", "Bearer " + secret_of(id, CredentialKind::operator_token)}},
                       R"({"name":"Tenant )" + std::to_string(++count_) + "\"}");
    }
    http::Request list(std::int64_t id) {
        return request(http::Method::get, "/rest/v2/accounts?skip=0&take=10", {{"Authentication", tokens_[id]}});
    }
    http::Request search(std::int64_t id) {
        return request(http::Method::get, "/admin/v1/search?q=Tenant",
                       {{"Authorization", "Bearer " + secret_of(id, CredentialKind::operator_token)}});
    }
    http::Request wait_for_event(std::int64_t id) {
        return request(http::Method::get,
                       "/admin/v1/resellers/" + std::to_string(id) + "/events?order=oldest&start=now&wait=30",
                       {{"Authorization", "Bearer " + secret_of(id, CredentialKind::operator_token)}});
    }
    http::Request put_password(std::int64_t id, const std::string& type = "Basic") {
        return request(
            http::Method::put, "/rest/v2/accounts", {{"Authentication", tokens_[id]}},
            R"({"AccountPlanId":1,"Password":"p)" + std::to_string(++count_) + R"(","Type":")" + type + "\"}");
    }

    http::Request put_one(std::int64_t id) { return put_password(id); }

    // Sends it, and notes whose answer came when.
    void send(std::int64_t id, http::Request request) {
        service_.serve(std::move(request), [this, id](http::Response response) {
            const std::lock_guard lock(mutex_);
            const bool is_refusal = response.status == 503 || response.body.find("\"Code\":1004") != std::string::npos;
            if (is_refusal) {
                EXPECT_TRUE(response.headers.find("Retry-After")) << response.body;
                ++refused_[id];
                return;
            }
            EXPECT_LT(response.status, 300) << response.body;
            answered_.push_back(id);
            changed_.notify_all();
        });
    }

    void flood(http::Request (NoisyNeighbour::*kind)(std::int64_t), int times) {
        for (int i = 0; i < times; ++i)
            for (const std::int64_t id : floods()) send(id, (this->*kind)(id));
    }

    // How many answers others got before its own.
    std::size_t wait_for(std::int64_t id) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(
            changed_.wait_for(lock, patience, [&] { return std::ranges::find(answered_, id) != answered_.end(); }));
        return static_cast<std::size_t>(std::ranges::find(answered_, id) - answered_.begin());
    }

    void expect_that_all_floods_were_refused_and_nobody_else() {
        const std::lock_guard lock(mutex_);
        for (const std::int64_t id : floods()) EXPECT_GT(refused_[id], 0) << id;
        EXPECT_EQ(refused_[quiet], 0);
    }

    // What is written behind answers (that a credential was used) is written once, and not counted.
    void forget_answers() {
        write([](db::Tx&) {});
        const std::lock_guard lock(mutex_);
        answered_.clear();
    }

    void check_writes(http::Request (NoisyNeighbour::*kind)(std::int64_t)) {
        for (const std::int64_t id : everybody()) send(id, (this->*kind)(id));
        for (const std::int64_t id : everybody()) wait_for(id);
        forget_answers();
        held_.hold();
        flood(kind, 50);
        for (int i = 0; i < 5; ++i) {
            send(quiet, (this->*kind)(quiet));
            int turns = 0;
            while (count_of(quiet) == i && held_.commit_one()) ++turns;
            EXPECT_EQ(count_of(quiet), i + 1);
            EXPECT_LE(turns, limits.writes_under_way + 1) << "what was under way, and its own";
        }
        expect_that_all_floods_were_refused_and_nobody_else();
    }

    std::ptrdiff_t count_of(std::int64_t id) {
        const std::lock_guard lock(mutex_);
        return std::ranges::count(answered_, id);
    }

    HeldDatabase held_{*database_};
    std::map<std::int64_t, std::string> tokens_;
    int count_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::int64_t> answered_;
    std::map<std::int64_t, int> refused_;
    // Looks at the database itself, which is not held.
    std::shared_ptr<service::FeedWaiters> waiters_ = std::make_shared<service::FeedWaiters>(
        *database_, service::FeedWaitersOptions{
                        .wait_for_commit = [](auto) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); },
                        .ring = [] {},
                        .between_looks = std::chrono::milliseconds(1)});
    service::Service service_{held_,
                              world_,
                              {.dialects = all_dialects(),
                               .log_access = {},
                               .log_failure = {},
                               .admission = limits,
                               .feed_waiters = waiters_}};
};

TEST_F(NoisyNeighbour, HoldsUpNobodysCreates) { check_writes(&NoisyNeighbour::open); }

TEST_F(NoisyNeighbour, HoldsUpNobodysCreatesWithKeys) { check_writes(&NoisyNeighbour::open_once); }

TEST_F(NoisyNeighbour, HoldsUpNobodysOperators) { check_writes(&NoisyNeighbour::operate); }

TEST_F(NoisyNeighbour, HoldsUpNobodysLists) {
    held_.hold();
    flood(&NoisyNeighbour::list, 10);
    send(quiet, list(quiet));
    held_.let_readers_go();
    EXPECT_LE(wait_for(quiet), 2u);
    expect_that_all_floods_were_refused_and_nobody_else();
}

TEST_F(NoisyNeighbour, HoldsUpNobodysSearches) {
    held_.hold();
    flood(&NoisyNeighbour::search, 10);
    send(quiet, search(quiet));
    held_.let_readers_go();
    EXPECT_LE(wait_for(quiet), 2u);
    expect_that_all_floods_were_refused_and_nobody_else();
}

// Ten of one tenant are woken, and their looks stand still: others that wait are woken all the same.
TEST_F(NoisyNeighbour, HoldsUpNobodyWhoWaitsForEvents) {
    const std::int64_t woken = floods().front();
    for (int i = 0; i < 10; ++i) send(woken, wait_for_event(woken));
    ASSERT_EQ(waiters_->waiting(), 10u);
    held_.hold();
    EngineTest::open("a", {}, woken);
    const auto end = std::chrono::steady_clock::now() + patience;
    while (waiters_->waiting() != 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(waiters_->waiting(), 0u);
    std::promise<void> promise;
    ASSERT_TRUE(waiters_->add({.resellers = std::make_shared<const ResellerTree>(),
                               .until = std::chrono::steady_clock::now(),
                               .share = quiet,
                               .wake = [&] { promise.set_value(); }}));
    EXPECT_EQ(promise.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
    EXPECT_GE(count_of(woken), 3) << "more than fits into its line is answered as it was: without an event";
    held_.let_readers_go();
    waiters_->stop();
    service_.stop();
    EXPECT_EQ(refused_[woken], 0);
}

TEST_F(NoisyNeighbour, HoldsUpNobodysPasswords) {
    flood(&NoisyNeighbour::put_one, 9);
    send(quiet, put_password(quiet));
    EXPECT_LE(wait_for(quiet), 4u);
    expect_that_all_floods_were_refused_and_nobody_else();
}

// A password that would be refused anyway costs no turn: it is answered while the only thread stands still.
TEST_F(NoisyNeighbour, PaysForNoPasswordOfARequestThatIsWrong) {
    held_.hold();
    send(quiet, list(quiet));  // the thread's
    const std::string answer = ask(put_password(quiet, "Nonsense"));
    EXPECT_NE(answer.find("\"Code\":1204"), std::string::npos) << answer;
    http::Request long_one = put_password(quiet);
    long_one.body.insert(long_one.body.find("\"p") + 1, std::string(2'000, 'x'));
    EXPECT_NE(ask(std::move(long_one)).find("\"Code\":1203"), std::string::npos);
}

}  // namespace
