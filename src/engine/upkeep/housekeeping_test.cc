// Housekeeping of several servers: each does what it has the leases of.

#include "engine/upkeep/housekeeping.h"

#include "store/leases.h"
#include "store/parts.h"
#include "store/status_counts.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/wrapped_database.h"

namespace {

using namespace std::chrono_literals;

class HousekeepingOfServers : public EngineTest {
protected:
    HousekeepingOfServers() { shared_.set_shared(true); }

    static std::string part_of(std::int64_t reseller_id) {
        return "part " + std::to_string(store::part_of(reseller_id));
    }
    // As a server that is not looked at here.
    void take(const std::string& name, Instant now) {
        write([&](db::Tx& tx) { store::take_lease(tx, name, 4'711, now, now + 10s); });
    }
    std::int64_t counted_through() {
        std::int64_t through = 0;
        read([&](db::Tx& tx) { through = store::counted_through(tx); });
        return through;
    }

    WrappedDatabase shared_{*database_};
};

TEST_F(HousekeepingOfServers, LeavesDueWorkOfAPartToWhoHasIt) {
    const Account ours = open("ours", world_.now() + 1h);
    const Account theirs = open("theirs", world_.now() + 1h, other_id);
    world_.advance(1h);
    take(part_of(other_id), world_.now());
    Leases leases(shared_, world_, housekeeping_leases());
    leases.look();
    EXPECT_EQ(run_housekeeping(shared_, world_, leases), 1);
    EXPECT_TRUE(stored(ours).holds.ended);
    EXPECT_FALSE(stored(theirs).holds.ended);
    world_.advance(10s);
    leases.look();
    EXPECT_EQ(run_housekeeping(shared_, world_, leases), 1);
    EXPECT_TRUE(stored(theirs).holds.ended);
}

TEST_F(HousekeepingOfServers, IsDoneByTwoInPartsAndOnce) {
    std::vector<Account> accounts;
    for (int i = 0; i < 10; ++i)
        for (const std::int64_t reseller_id : {partner_id, other_id})
            accounts.push_back(open("a" + std::to_string(i), world_.now() + 5s, reseller_id));
    Leases first(shared_, world_, housekeeping_leases()), second(shared_, world_, housekeeping_leases());
    for (int round = 0; round < 3; ++round) {
        first.look();
        second.look();
    }
    ASSERT_EQ(first.parts() | second.parts(), store::all_parts);
    EXPECT_EQ(first.parts() & second.parts(), 0);
    EXPECT_NE(first.parts(), 0);
    EXPECT_NE(second.parts(), 0);
    world_.advance(5s);
    for (Leases* leases : {&first, &second}) leases->look();
    int expected = 0;
    for (const std::int64_t reseller_id : {partner_id, other_id})
        if (first.keep_part(reseller_id)) expected += 10;
    EXPECT_EQ(run_housekeeping(shared_, world_, first), expected);
    EXPECT_EQ(run_housekeeping(shared_, world_, second), 20 - expected);
    for (const Account& account : accounts) EXPECT_EQ(story_of(account), "account.opened account.frozen");
}

TEST_F(HousekeepingOfServers, WritesNothingUnderALeaseThatAnotherHasByThen) {
    const Account account = open("a", world_.now() + 1s);
    world_.advance(1s);
    Leases leases(shared_, world_, housekeeping_leases());
    leases.look();
    take(part_of(partner_id), world_.now() + 10s);  // it has been stopped for ten seconds, and does not know
    EXPECT_THROW(run_housekeeping(shared_, world_, leases), LeaseLost);
    EXPECT_EQ(stored(account), account);
    leases.look();
    EXPECT_EQ(run_housekeeping(shared_, world_, leases), 0);
    EXPECT_EQ(stored(account), account);
}

TEST_F(HousekeepingOfServers, CountsEventsInOnePlace) {
    open("a");
    take("counting", world_.now());
    Leases leases(shared_, world_, housekeeping_leases());
    leases.look();
    run_housekeeping(shared_, world_, leases);
    EXPECT_EQ(counted_through(), 0);
    world_.advance(10s);
    leases.look();
    run_housekeeping(shared_, world_, leases);
    EXPECT_GT(counted_through(), 0);
}

}  // namespace
