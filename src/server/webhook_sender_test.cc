// The sender against receivers that behave, and against those that do not.

#include "server/webhook_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "core/webhook_signature.h"
#include "engine/accounts/hold_account.h"
#include "engine/upkeep/database_identity.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/webhook_receiver.h"

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

// Runs each work twice, of which the first is undone; while it is down, once, and that is undone.
class RunsTwice final : public db::Database {
public:
    explicit RunsTwice(db::Database& database) : database_(database) {}

    void write(Work work, Done done) override {
        const bool is_down = is_down_;
        const auto try_out = [this, work](db::Tx& tx) {
            (void)work(tx);
            if (!tx.run({"any_attempt", "SELECT id FROM webhook_attempt LIMIT 1"}, {}).empty())
                has_seen_attempt_ = true;
            return db::Outcome::undo;
        };
        if (is_down) {
            return database_.write(try_out, [done = std::move(done)](std::exception_ptr) {
                done(std::make_exception_ptr(db::Unavailable("it is down")));
            });
        }
        database_.write(try_out, [](std::exception_ptr) {});
        database_.write(std::move(work), std::move(done));
    }
    void read(Work work, Done done) override { database_.read(std::move(work), std::move(done)); }
    std::uint64_t generation() const override { return database_.generation(); }
    std::vector<std::string> check_integrity() override { return database_.check_integrity(); }

    void come_up() { is_down_ = false; }
    bool has_seen_attempt() const { return has_seen_attempt_; }

private:
    db::Database& database_;
    std::atomic<bool> is_down_ = true;
    std::atomic<bool> has_seen_attempt_ = false;
};

class WebhookSenderTest : public EngineTest {
protected:
    WebhookSenderTest() {
        write([&](db::Tx& tx) {
            ASSERT_TRUE(establish_identity(tx, world_.sealing_key(), Mode::sandbox).ok());  // loopback will do
        });
    }

    void start(WebhookSenderOptions options = {.rules = {.is_sandbox = true}}) {
        sender_ = std::make_unique<WebhookSender>(*database_, world_, bell_, std::move(options));
    }
    void stop() { sender_.reset(); }

    WebhookEndpoint create(const std::string& url, std::int64_t reseller_id = partner_id) {
        auto endpoint = run(create_webhook_endpoint, {.reseller_id = reseller_id, .url = url}, reseller_id).value();
        bell_->ring();
        return endpoint;
    }

    // An account and its first event.
    Account open_and_ring(const std::string& uid, std::int64_t reseller_id = partner_id) {
        Account account = open(uid, {}, reseller_id);
        bell_->ring();
        return account;
    }

    WebhookEndpoint show(const WebhookEndpoint& endpoint) {
        return run(show_webhook_endpoint, {endpoint.reseller_id, endpoint.id}, endpoint.reseller_id).value();
    }
    std::vector<WebhookAttempt> attempts_of(const WebhookEndpoint& endpoint) {
        return run(list_webhook_attempts, {.reseller_id = endpoint.reseller_id, .id = endpoint.id},
                   endpoint.reseller_id)
            .value()
            .items;
    }
    std::vector<WebhookLane> lanes_of(const WebhookEndpoint& endpoint) {
        return run(list_webhook_lanes, {.reseller_id = endpoint.reseller_id, .id = endpoint.id}, endpoint.reseller_id)
            .value()
            .items;
    }

    WebhookAttempt first_attempt_of(const WebhookEndpoint& endpoint) {
        EXPECT_TRUE(comes_true([&] { return !attempts_of(endpoint).empty(); }));
        const auto attempts = attempts_of(endpoint);
        return attempts.empty() ? WebhookAttempt{} : attempts.back();
    }

    std::shared_ptr<CommitBell> bell_ = std::make_shared<CommitBell>();
    std::unique_ptr<WebhookSender> sender_;  // ends before the database
};

TEST_F(WebhookSenderTest, SendsWhatHappensSignedAndInOrder) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    const Account account = open_and_ring("a");
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    bell_->ring();
    const auto requests = receiver.wait_for(2);
    const auto events = events_of(account);
    ASSERT_EQ(requests.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        const http::Request& request = requests[i];
        EXPECT_EQ(header_of(request, "webhook-id"), std::to_string(events[i].id));
        const std::int64_t timestamp = std::stoll(header_of(request, "webhook-timestamp"));
        EXPECT_EQ(timestamp, to_milliseconds(world_.now()) / 1'000);
        EXPECT_EQ(header_of(request, "webhook-signature"),
                  sign_webhook(endpoint.secret, std::to_string(events[i].id), timestamp, request.body));
    }
    EXPECT_NE(requests[1].body.find(R"("previous_id":)" + std::to_string(events[0].id)), std::string::npos);
    // The third comes once the answer to the second has been seen; that to the third may come too late.
    ASSERT_EQ(outcome(run(lift_account, {"a"})), "done");
    bell_->ring();
    receiver.wait_for(3);
    stop();
    EXPECT_GE(show(endpoint).progress.through_id, events[1].id);
    EXPECT_TRUE(attempts_of(endpoint).empty()) << "what works leaves no row";
    start();
    open_and_ring("b");
    const auto all = receiver.wait_for(4);
    stop();
    for (std::size_t i = 0; i < 2; ++i) {
        const auto is_this = [&](const http::Request& request) {
            return header_of(request, "webhook-id") == std::to_string(events[i].id);
        };
        EXPECT_EQ(std::ranges::count_if(all, is_this), 1) << "what has arrived is not sent again";
    }
}

TEST_F(WebhookSenderTest, GivesWayToThoseWhoAnswerRequests) {
    Receiver receiver;
    create(receiver.url());
    start();
    open_and_ring("a");
    receiver.wait_for(1);
    const int ours = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
    if (ours == 19) GTEST_SKIP() << "there is nothing nicer than this";
    std::vector<std::string> nicer;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::getline(std::ifstream(task.path() / "comm"), name);
        const id_t thread = static_cast<id_t>(std::stoi(task.path().filename().string()));
        if (getpriority(PRIO_PROCESS, thread) > ours) nicer.push_back(name);
    }
    EXPECT_THAT(nicer, testing::UnorderedElementsAre("webhook-calls", "webhooks"));
}

TEST_F(WebhookSenderTest, SendsOnceMoreTheSameBytes) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    const Account account = open_and_ring("a");
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    open_and_ring("b");
    receiver.wait_for(3);
    ASSERT_EQ(outcome(run(replay_webhooks,
                          {.reseller_id = partner_id, .id = endpoint.id, .types = {"account.*"}, .account_uid = "a"})),
              "done");
    EXPECT_EQ(outcome(run(replay_webhooks, {.reseller_id = partner_id, .id = endpoint.id, .from = world_.now()})),
              "conflict replay under_way");
    bell_->ring();
    const auto requests = receiver.wait_for(5);
    ASSERT_EQ(requests.size(), 5u);
    std::vector<std::string> first;
    for (std::size_t i = 0; i < 3; ++i)
        if (requests[i].body.find(R"("account_uid":"a")") != std::string::npos) first.push_back(requests[i].body);
    EXPECT_EQ(first, (std::vector<std::string>{requests[3].body, requests[4].body}));
    EXPECT_TRUE(comes_true([&] { return !show(endpoint).replay; }));
    stop();
    EXPECT_EQ(receiver.count(), 5u);
}

TEST_F(WebhookSenderTest, ReplaysATime) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    for (const char* uid : {"a", "b", "c"}) {
        open_and_ring(uid);
        world_.advance(1h);
    }
    receiver.wait_for(3);
    // Of the three hours the second.
    ASSERT_EQ(
        outcome(
            run(replay_webhooks,
                {.reseller_id = partner_id, .id = endpoint.id, .from = world_.now() - 2h, .until = world_.now() - 1h})),
        "done");
    bell_->ring();
    const auto requests = receiver.wait_for(4);
    ASSERT_EQ(requests.size(), 4u);
    EXPECT_NE(requests[3].body.find(R"("account_uid":"b")"), std::string::npos) << requests[3].body;
    EXPECT_TRUE(comes_true([&] { return !show(endpoint).replay; }));
    EXPECT_EQ(receiver.count(), 4u);
    const auto refuse = [&](ReplayWebhooks command) {
        command.reseller_id = partner_id;
        command.id = endpoint.id;
        return outcome(run(replay_webhooks, command));
    };
    EXPECT_EQ(refuse({}), "invalid from required");
    EXPECT_EQ(refuse({.from = world_.now(), .until = world_.now() - 1h}), "invalid until before_from");
    EXPECT_EQ(refuse({.from = world_.now(), .types = {"credential.added"}}), "invalid types unsupported");
    EXPECT_EQ(refuse({.account_uid = "nobody"}), "invalid account unknown");
}

TEST_F(WebhookSenderTest, WaitsAsLongAsTheReceiverAsks) {
    for (const char* asked : {"Mon, 23 Jan 2023 17:55:58 GMT", "7200"}) {
        Receiver receiver([&](const http::Request&) {
            return http::Response{.status = 500, .headers = {{"Retry-After", asked}}};
        });
        const WebhookEndpoint endpoint = create(receiver.url());
        start();
        open_and_ring(asked[0] == 'M' ? "a" : "b");
        EXPECT_TRUE(comes_true([&] { return !lanes_of(endpoint).empty(); }));
        stop();
        EXPECT_EQ(lanes_of(endpoint).at(0).next_at, world_.now() + 2h) << asked;
        ASSERT_EQ(outcome(run(delete_webhook_endpoint, {partner_id, endpoint.id})), "done");
    }
}

TEST_F(WebhookSenderTest, TriesAgainByTheResellersClock) {
    std::atomic<int> answered = 0;
    Receiver receiver([&](const http::Request&) { return http::Response{.status = ++answered == 1 ? 500 : 204}; });
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    open_and_ring("a");
    EXPECT_EQ(first_attempt_of(endpoint).status, 500);
    EXPECT_EQ(receiver.count(), 1u);
    world_.advance(10s);
    bell_->ring();
    const auto requests = receiver.wait_for(2);
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[0].body, requests[1].body);
    EXPECT_NE(header_of(requests[0], "webhook-timestamp"), header_of(requests[1], "webhook-timestamp"));
    EXPECT_TRUE(comes_true([&] { return lanes_of(endpoint).empty(); }));
    EXPECT_EQ(attempts_of(endpoint).at(0).outcome, WebhookOutcome::delivered);
}

TEST_F(WebhookSenderTest, LetsNobodyWaitForOneThatHangs) {
    Receiver hanging([](const http::Request&) { return std::nullopt; });
    Receiver receiver;
    const WebhookEndpoint endpoint = create(hanging.url());
    create(receiver.url(), other_id);
    start({.rules = {.is_sandbox = true}, .call_timeout = 300ms});
    open_and_ring("a");
    hanging.wait_for(1);
    open_and_ring("b", other_id);
    receiver.wait_for(1);
    const WebhookAttempt attempt = first_attempt_of(endpoint);
    EXPECT_EQ(attempt.status, 0);
    EXPECT_NE(attempt.error, "");
    EXPECT_EQ(attempt.outcome, WebhookOutcome::failed);
}

TEST_F(WebhookSenderTest, TakesNoEndlessAnswer) {
    Receiver receiver(
        [](const http::Request&) { return http::Response{.status = 200, .body = std::string(8 * 1024 * 1024, 'x')}; });
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    open_and_ring("a");
    const WebhookAttempt attempt = first_attempt_of(endpoint);
    EXPECT_EQ(attempt.outcome, WebhookOutcome::failed);
    EXPECT_LE(attempt.answer.size(), 1'024u);
}

TEST_F(WebhookSenderTest, TakesAConnectionThatBreaksForAFailure) {
    Receiver receiver([](const http::Request&) { return http::Response{.connection = http::Connection::drop}; });
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    open_and_ring("a");
    EXPECT_EQ(first_attempt_of(endpoint).outcome, WebhookOutcome::failed);
}

TEST_F(WebhookSenderTest, FollowsNoRedirect) {
    Receiver receiver([](const http::Request& request) {
        if (request.path() == "/elsewhere") return http::Response{.status = 204};
        return http::Response{.status = 307, .headers = {{"Location", "/elsewhere"}}};
    });
    const WebhookEndpoint endpoint = create(receiver.url());
    start();
    open_and_ring("a");
    EXPECT_EQ(first_attempt_of(endpoint).status, 307);
    stop();
    EXPECT_EQ(receiver.count(), 1u);
}

TEST_F(WebhookSenderTest, ConnectsToNoForbiddenAddress) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start({.rules = {}});  // in production, an endpoint whose name leads to loopback by now
    open_and_ring("a");
    EXPECT_EQ(first_attempt_of(endpoint).status, 0);
    stop();
    EXPECT_EQ(receiver.count(), 0u);
}

TEST_F(WebhookSenderTest, DisablesOneThatIsGoneAndTellsTheOthers) {
    Receiver gone([](const http::Request&) { return http::Response{.status = 410}; });
    Receiver receiver;
    const WebhookEndpoint endpoint = create(gone.url());
    const WebhookEndpoint other = create(receiver.url());
    start();
    open_and_ring("a");
    EXPECT_TRUE(comes_true([&] { return show(endpoint).state == WebhookState::disabled; }));
    bell_->ring();
    const auto requests = receiver.wait_for(2);
    const bool is_told = std::any_of(requests.begin(), requests.end(), [](const http::Request& request) {
        return request.body.find(R"("type":"webhook.disabled")") != std::string::npos;
    });
    EXPECT_TRUE(is_told);
    EXPECT_EQ(show(other).state, WebhookState::enabled);
    EXPECT_EQ(gone.count(), 1u);
}

// A transaction may run twice: what is written at the end is still there the second time.
TEST_F(WebhookSenderTest, LosesNothingOfTheEndToATransactionThatRunsTwice) {
    Receiver receiver([](const http::Request&) { return http::Response{.status = 500}; });
    const WebhookEndpoint endpoint = create(receiver.url());
    RunsTwice twice(*database_);
    sender_ =
        std::make_unique<WebhookSender>(twice, world_, bell_, WebhookSenderOptions{.rules = {.is_sandbox = true}});
    open_and_ring("a");
    EXPECT_TRUE(comes_true([&] { return twice.has_seen_attempt(); }));
    EXPECT_TRUE(attempts_of(endpoint).empty());
    twice.come_up();
    stop();
    EXPECT_EQ(attempts_of(endpoint).size(), 1u);
    EXPECT_EQ(lanes_of(endpoint).size(), 1u);
}

// --- what a sandbox lets go wrong ---

// Befalls so many deliveries, one after the other.
std::function<std::optional<service::Fault>(std::int64_t, std::uint64_t)> befalling(std::int64_t endpoint_id, int count,
                                                                                    service::Fault fault) {
    return [=, left = std::make_shared<std::atomic<int>>(count)](std::int64_t id,
                                                                 std::uint64_t) -> std::optional<service::Fault> {
        if (id != endpoint_id || left->fetch_sub(1) <= 0) return std::nullopt;
        return fault;
    };
}

class FaultyDeliveries : public WebhookSenderTest {
protected:
    // Attempts in vain of one event at this endpoint, oldest first, once there are so many: "500 500".
    std::string attempts_in_vain(const WebhookEndpoint& endpoint, std::size_t count) {
        const auto failed = [&] {
            std::vector<WebhookAttempt> attempts = attempts_of(endpoint);
            std::erase_if(attempts, [](const WebhookAttempt& one) { return one.outcome == WebhookOutcome::delivered; });
            return attempts;
        };
        EXPECT_TRUE(comes_true([&] { return failed().size() >= count; }));
        std::string text;
        for (const WebhookAttempt& one : failed()) text = std::to_string(one.status) + (text.empty() ? "" : " ") + text;
        return text;
    }

    // Whatever waits for its next attempt has it now.
    void let_time_pass() {
        world_.advance(std::chrono::hours(1));
        bell_->ring();
    }
};

TEST_F(FaultyDeliveries, FailAsOftenAsIsAskedForAndThenArrive) {
    Receiver faulty, healthy;
    const WebhookEndpoint endpoint = create(faulty.url());
    const WebhookEndpoint other = create(healthy.url());
    start({.rules = {.is_sandbox = true},
           .find_fault = befalling(endpoint.id, 2, {.kind = service::Fault::Kind::internal_error})});
    open_and_ring("a");
    EXPECT_EQ(attempts_in_vain(endpoint, 1), "500");
    healthy.wait_for(1);
    EXPECT_EQ(faulty.count(), 0u) << "what fails does not arrive";
    let_time_pass();
    EXPECT_EQ(attempts_in_vain(endpoint, 2), "500 500");
    let_time_pass();
    EXPECT_EQ(faulty.wait_for(1).size(), 1u);
    EXPECT_TRUE(comes_true([&] { return lanes_of(endpoint).empty(); }));
    stop();
    EXPECT_TRUE(attempts_of(other).empty()) << "nobody else has faults";
}

TEST_F(FaultyDeliveries, ArriveTwiceWhereOnlyTheAnswerIsLost) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start({.rules = {.is_sandbox = true},
           .find_fault = befalling(endpoint.id, 1, {.kind = service::Fault::Kind::drop, .has_effect = true})});
    open_and_ring("a");
    EXPECT_EQ(attempts_in_vain(endpoint, 1), "0");
    EXPECT_NE(first_attempt_of(endpoint).error.find("a fault that was asked for"), std::string::npos);
    let_time_pass();
    const auto requests = receiver.wait_for(2);
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(header_of(requests[0], "webhook-id"), header_of(requests[1], "webhook-id"));
    EXPECT_EQ(requests[0].body, requests[1].body);
}

TEST_F(FaultyDeliveries, ComeLaterOrHang) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start({.rules = {.is_sandbox = true},
           .call_timeout = 200ms,
           .find_fault = befalling(endpoint.id, 1, {.kind = service::Fault::Kind::delay, .delay = 60s})});
    open_and_ring("a");
    EXPECT_EQ(attempts_in_vain(endpoint, 1), "0");
    const WebhookAttempt hung = first_attempt_of(endpoint);
    EXPECT_EQ(hung.error, "no answer came in time: a fault that was asked for");
    EXPECT_EQ(hung.duration_ms, 200);
    EXPECT_EQ(receiver.count(), 0u);
    stop();
    start({.rules = {.is_sandbox = true},
           .find_fault = befalling(endpoint.id, 1, {.kind = service::Fault::Kind::delay, .delay = 30ms})});
    const auto begun = SteadyClock::now();
    open_and_ring("b");
    EXPECT_FALSE(receiver.wait_for(1).empty());
    EXPECT_GE(SteadyClock::now() - begun, 30ms);
}

TEST_F(FaultyDeliveries, ArriveAndHangWhereOnlyTheAnswerIsLate) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    start({.rules = {.is_sandbox = true},
           .call_timeout = 200ms,
           .find_fault =
               befalling(endpoint.id, 1, {.kind = service::Fault::Kind::delay, .delay = 60s, .has_effect = true})});
    open_and_ring("a");
    receiver.wait_for(1);
    EXPECT_EQ(attempts_in_vain(endpoint, 1), "0");
    const WebhookAttempt hung = first_attempt_of(endpoint);
    EXPECT_EQ(hung.error, "no answer came in time: a fault that was asked for");
    EXPECT_EQ(hung.duration_ms, 200);
    EXPECT_EQ(receiver.count(), 1u);
    let_time_pass();
    const auto requests = receiver.wait_for(2);
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(header_of(requests[0], "webhook-id"), header_of(requests[1], "webhook-id"));
    EXPECT_EQ(requests[0].body, requests[1].body);
}

// What a fault keeps back is not lost when the server ends.
TEST_F(FaultyDeliveries, AreSentAfterARestart) {
    Receiver receiver;
    const WebhookEndpoint endpoint = create(receiver.url());
    const auto is_kept_back = std::make_shared<std::atomic<bool>>(false);
    start({.rules = {.is_sandbox = true}, .find_fault = [is_kept_back](std::int64_t, std::uint64_t) {
               *is_kept_back = true;
               return std::optional(service::Fault{.kind = service::Fault::Kind::delay, .delay = 14s});
           }});
    open_and_ring("a");
    ASSERT_TRUE(comes_true([&] { return is_kept_back->load(); }));
    stop();
    EXPECT_EQ(receiver.count(), 0u);
    start();
    EXPECT_EQ(receiver.wait_for(1).size(), 1u);
}

}  // namespace
