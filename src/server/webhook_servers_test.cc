// Two servers that send webhooks, on one database of a cluster.

#include <gtest/gtest.h>

#include <set>

#include "engine/upkeep/database_identity.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "server/webhook_sender.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/webhook_receiver.h"
#include "tests/testing/wrapped_database.h"

namespace {

class WebhookServersTest : public OnPostgres, public EngineTest {
protected:
    // One that can be cut off from its database.
    struct Server {
        Server(db::Database& database, World& world)
            : database(database),
              sender(std::make_unique<WebhookSender>(this->database, world, bell,
                                                     WebhookSenderOptions{.rules = {.is_sandbox = true}})) {}
        WrappedDatabase database;
        std::shared_ptr<CommitBell> bell = std::make_shared<CommitBell>();
        std::unique_ptr<WebhookSender> sender;
    };

    WebhookServersTest() {
        write([&](db::Tx& tx) {
            ASSERT_TRUE(establish_identity(tx, world_.sealing_key(), Mode::sandbox).ok());  // loopback will do
        });
        endpoint_ = run(create_webhook_endpoint, {.reseller_id = partner_id, .url = receiver_.url()}).value();
        first_ = std::make_unique<Server>(*database_, world_);
        EXPECT_TRUE(comes_true([&] { return first_->sender->leases_held() == 1; }));
        second_ = std::make_unique<Server>(*beside_, world_);
    }

    // Both are told of them; returns once all have come, and that is written down.
    void open_and_wait(int accounts) {
        std::int64_t last_id = 0;
        for (int i = 0; i < accounts; ++i) {
            const Account account = open("a" + std::to_string(++opened_));
            last_id = events_of(account).back().id;
        }
        for (Server* server : {first_.get(), second_.get()})
            if (server) server->bell->ring();
        receiver_.wait_for(static_cast<std::size_t>(opened_));
        EXPECT_TRUE(comes_true([&] {
            const auto shown = run(show_webhook_endpoint, {partner_id, endpoint_.id}).value();
            return shown.progress.through_id >= last_id;
        }));
    }

    void expect_each_once() {
        const auto requests = receiver_.wait_for(static_cast<std::size_t>(opened_));
        std::set<std::string> ids;
        for (const http::Request& request : requests) ids.insert(header_of(request, "webhook-id"));
        EXPECT_EQ(requests.size(), static_cast<std::size_t>(opened_));
        EXPECT_EQ(ids.size(), static_cast<std::size_t>(opened_));
    }

    Receiver receiver_;
    WebhookEndpoint endpoint_;
    int opened_ = 0;
    std::unique_ptr<db::Database> beside_ = database_.open_beside();
    std::unique_ptr<Server> first_, second_;  // end before the database
};

TEST_F(WebhookServersTest, SendEachDeliveryOnceAndAtACleanEndTheOtherGoesOn) {
    open_and_wait(20);
    EXPECT_EQ(second_->sender->leases_held(), 0);
    first_.reset();
    EXPECT_TRUE(comes_true([&] { return second_->sender->leases_held() == 1; }));
    open_and_wait(20);
    second_.reset();
    expect_each_once();
}

TEST_F(WebhookServersTest, TakeOverFromOneThatIsCutOffAndThatOneSendsNothingOnceItIsBack) {
    open_and_wait(10);
    first_->database.fail_with(failure_of<db::Unavailable>("it is cut off"));
    world_.advance(Leases::lasts);
    EXPECT_TRUE(comes_true([&] { return second_->sender->leases_held() == 1; }));
    open_and_wait(10);
    first_->database.fail_with(nullptr);
    EXPECT_TRUE(comes_true([&] {
        first_->bell->ring();
        return first_->sender->leases_held() == 0;
    }));
    open_and_wait(10);
    first_.reset();
    second_.reset();
    expect_each_once();
}

}  // namespace
