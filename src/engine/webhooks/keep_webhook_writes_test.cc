// What is kept under a lease, with two servers on a cluster.

#include "engine/webhooks/keep_webhook_writes.h"

#include "engine/leases.h"
#include "engine/webhooks/webhook_endpoints.h"
#include "tests/testing/engine_test.h"

namespace {

using namespace std::chrono_literals;

class WebhookWritesOfServers : public OnPostgres, public EngineTest {
protected:
    static Leases::Wanted webhooks() { return {.names = {std::string(Leases::webhooks)}}; }

    std::unique_ptr<db::Database> beside_ = database_.open_beside();
};

// A transaction that was begun before the lease was taken, and goes on after its new owner has read what there is.
TEST_F(WebhookWritesOfServers, AreRefusedWhereTheyWereUnderWayWhenTheLeaseWasTaken) {
    const auto endpoint =
        run(create_webhook_endpoint, {.reseller_id = partner_id, .url = "https://example.com/"}).value();
    const Reseller owner = reseller(partner_id);
    Leases first(*database_, world_, webhooks()), second(*beside_, world_, webhooks());
    first.look();
    const auto term = first.find(Leases::webhooks);
    ASSERT_TRUE(term);

    WebhookWrites writes{.progress = endpoint.progress};
    writes.progress.through_id += 1'000;
    std::promise<void> has_begun, may_go_on, has_ended;
    int runs = 0;
    database_->write(
        [&](db::Tx& tx) {
            term->require(tx);
            if (++runs == 1) {
                has_begun.set_value();
                may_go_on.get_future().wait();
            }
            keep_webhook_writes(tx, world_, owner, endpoint.id, writes);
            return db::Outcome::keep;
        },
        [&](std::exception_ptr failure) { failure ? has_ended.set_exception(failure) : has_ended.set_value(); });
    has_begun.get_future().wait();

    world_.advance(10s);
    second.look();
    const auto other = second.find(Leases::webhooks);
    EXPECT_TRUE(other);
    std::int64_t seen = -1;
    db::write_and_wait(*beside_, [&](db::Tx& tx) {
        other.value_or(LeaseTerm{}).require(tx);
        seen = read_enabled_webhooks(tx, world_).at(endpoint.id).endpoint.progress.through_id;
    });
    may_go_on.set_value();
    EXPECT_THROW(has_ended.get_future().get(), LeaseLost);
    EXPECT_EQ(seen, endpoint.progress.through_id);
    const auto shown = run(show_webhook_endpoint, {partner_id, endpoint.id}).value();
    EXPECT_EQ(shown.progress.through_id, seen) << "it would not have been read by its new owner";
}

}  // namespace
