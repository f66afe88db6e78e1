#include "engine/leases.h"

#include "store/leases.h"
#include "store/parts.h"
#include "tests/testing/engine_test.h"
#include "tests/testing/wrapped_database.h"

namespace {

using namespace std::chrono_literals;

class LeasesTest : public EngineTest {
protected:
    LeasesTest() { shared_.set_shared(true); }

    static Leases::Wanted one() { return {.names = {std::string(Leases::webhooks)}}; }
    static Leases::Wanted parts() { return {.parts = true}; }
    static std::optional<LeaseTerm> have(Leases& leases) {
        leases.look();
        return leases.find(Leases::webhooks);
    }

    // As the first of a work.
    bool counts(const LeaseTerm& term) {
        try {
            write([&](db::Tx& tx) { term.require(tx); });
            return true;
        } catch (const LeaseLost&) {
            return false;
        }
    }
    std::vector<std::string> names() {
        std::vector<std::string> names;
        read([&](db::Tx& tx) {
            for (const store::Lease& lease : store::list_leases(tx)) names.push_back(lease.name);
        });
        return names;
    }

    WrappedDatabase shared_{*database_};
};

TEST_F(LeasesTest, AreAllHeldAndCostNothingWhereOneHasTheDatabaseForItself) {
    shared_.set_shared(false);
    Leases leases(shared_, world_, {.parts = true, .names = {"counting"}});
    leases.look();
    const auto term = leases.keep(Leases::counting);
    ASSERT_TRUE(term && leases.keep_part(partner_id));
    EXPECT_TRUE(counts(*term));
    world_.advance(1h);
    EXPECT_TRUE(leases.is_fresh(*term));
    EXPECT_EQ(leases.parts(), store::all_parts);
    EXPECT_EQ(leases.parts_with(partner_id), store::all_parts);
    EXPECT_EQ(leases.held(), 0);
    leases.give_back();
    EXPECT_EQ(shared_.reads() + shared_.writes(), 0);
    EXPECT_TRUE(names().empty());
}

TEST_F(LeasesTest, AreTakenOverTenSecondsAfterTheyWereRenewedAndWhatTheFirstStillWritesIsRefused) {
    Leases first(shared_, world_, one()), second(shared_, world_, one());
    const auto term = have(first);
    ASSERT_TRUE(term);
    EXPECT_FALSE(have(second));
    world_.advance(9s);
    EXPECT_EQ(have(first), term);
    world_.advance(9s);
    EXPECT_FALSE(have(second)) << "it has been renewed";
    EXPECT_TRUE(counts(*term));
    world_.advance(1s);
    const auto other = have(second);
    ASSERT_TRUE(other);
    EXPECT_GT(other->epoch, term->epoch);
    EXPECT_TRUE(counts(*other));
    EXPECT_FALSE(counts(*term));
    EXPECT_TRUE(first.find(Leases::webhooks)) << "it does not know yet";
    EXPECT_FALSE(have(first));
    EXPECT_EQ(first.held(), 0);
}

TEST_F(LeasesTest, AreOverForTheirOwnerBeforeTheyAreForOthers) {
    Leases leases(shared_, world_, one());
    const auto term = have(leases);
    ASSERT_TRUE(term);
    world_.advance(7'999ms);
    EXPECT_TRUE(leases.is_fresh(*term));
    world_.advance(1ms);
    EXPECT_FALSE(leases.is_fresh(*term));
    world_.advance(1h);
    EXPECT_EQ(have(leases), term) << "nobody else has had it: the same one goes on";
    EXPECT_TRUE(leases.is_fresh(*term));
}

TEST_F(LeasesTest, AreAnothersAtOnceWhenTheyAreGivenBack) {
    Leases first(shared_, world_, one()), second(shared_, world_, one());
    const auto term = have(first);
    ASSERT_TRUE(term);
    first.give_back();
    EXPECT_FALSE(first.find(Leases::webhooks));
    EXPECT_FALSE(counts(*term));
    EXPECT_TRUE(have(second));
    second.give_back();
    const auto again = have(first);
    ASSERT_TRUE(again);
    EXPECT_FALSE(counts(*term)) << "it is not the same one that it has had before";
    EXPECT_TRUE(counts(*again));
}

TEST_F(LeasesTest, OfAServerThatIsGoneEndInTimeAlthoughTheClockIsSetBack) {
    Leases gone(shared_, world_, {.parts = true, .names = {std::string(Leases::webhooks)}});
    Leases left(shared_, world_, {.parts = true, .names = {std::string(Leases::webhooks)}});
    const auto term = have(gone);
    ASSERT_TRUE(term);
    EXPECT_FALSE(have(left));
    world_.set(world_.now() - 10s);
    EXPECT_FALSE(have(left));
    world_.set(world_.now() - 1h);
    EXPECT_TRUE(have(left));
    EXPECT_EQ(left.parts(), store::all_parts) << "there is no other server";
    EXPECT_FALSE(counts(*term));
}

TEST_F(LeasesTest, AreKeptWhereTheClockIsSetBack) {
    Leases first(shared_, world_, one()), second(shared_, world_, one());
    const auto term = have(first);
    ASSERT_TRUE(term);
    world_.set(world_.now() - 1h);
    EXPECT_EQ(first.keep(Leases::webhooks), term);
    EXPECT_FALSE(have(second));
}

TEST_F(LeasesTest, AreNotGivenBackOnceTheyAreOver) {
    Leases leases(shared_, world_, one());
    ASSERT_TRUE(have(leases));
    shared_.fail_with(failure_of<db::Unavailable>("it is down"));
    world_.advance(9'999ms);
    EXPECT_THROW(leases.give_back(), db::Unavailable);
    world_.advance(1ms);
    const int writes = shared_.writes();
    leases.give_back();
    EXPECT_EQ(shared_.writes(), writes);
    EXPECT_FALSE(leases.find(Leases::webhooks));
    EXPECT_EQ(leases.held(), 0);
}

TEST_F(LeasesTest, AreLookedAtOnceASecond) {
    Leases leases(shared_, world_, one());
    leases.keep(Leases::webhooks);
    const int reads = shared_.reads();
    world_.advance(999ms);
    leases.keep(Leases::webhooks);
    EXPECT_EQ(shared_.reads(), reads);
    world_.advance(1ms);
    leases.keep(Leases::webhooks);
    EXPECT_GT(shared_.reads(), reads);
}

TEST_F(LeasesTest, AreNotHeldForLongerWhereTheyCannotBeRenewed) {
    Leases leases(shared_, world_, one());
    const auto term = have(leases);
    ASSERT_TRUE(term);
    shared_.fail_with(failure_of<db::Unavailable>("it is down"));
    world_.advance(8s);
    EXPECT_THROW(leases.look(), db::Unavailable);
    EXPECT_FALSE(leases.is_fresh(*term));
}

TEST_F(LeasesTest, OfPartsAreSharedByTheServersThatAreThere) {
    Leases first(shared_, world_, parts()), second(shared_, world_, parts()), third(shared_, world_, parts());
    const auto look = [&](std::initializer_list<Leases*> servers) {
        for (int round = 0; round < 3; ++round) {
            world_.advance(1s);
            for (Leases* leases : servers) leases->look();
        }
        std::int64_t together = 0;
        for (const Leases* leases : servers) {
            EXPECT_EQ(together & leases->parts(), 0) << "a part has two owners";
            together |= leases->parts();
        }
        EXPECT_EQ(together, store::all_parts);
    };
    look({&first});
    EXPECT_EQ(first.held(), 16);
    look({&first, &second});
    EXPECT_EQ(first.held(), 8);
    EXPECT_EQ(second.held(), 8);
    look({&first, &second, &third});
    EXPECT_LE(first.held(), 6);
    EXPECT_LE(second.held(), 6);
    EXPECT_LE(third.held(), 6);
    // The third is killed: its parts are done by others ten seconds later.
    for (int i = 0; i < 10; ++i) {
        world_.advance(1s);
        first.look();
        second.look();
    }
    look({&first, &second});
    EXPECT_EQ(first.held(), 8);
    EXPECT_EQ(second.held(), 8);
    // The second ends.
    second.give_back();
    first.look();
    EXPECT_EQ(first.held(), 16);
    EXPECT_EQ(names().size(), 18u) << "16 parts, the one that is there, and the one that was killed";
    world_.advance(2min);
    first.look();
    EXPECT_EQ(names().size(), 17u);
}

TEST_F(LeasesTest, OfAPartIsThatOfItsResellersAlone) {
    write([&](db::Tx& tx) {
        const std::string name = "part " + std::to_string(store::part_of(other_id));
        store::take_lease(tx, name, 4'711, world_.now(), world_.now() + 10s);
    });
    Leases leases(shared_, world_, parts());
    leases.look();
    EXPECT_TRUE(leases.keep_part(partner_id));
    EXPECT_FALSE(leases.keep_part(other_id));
    EXPECT_EQ(leases.parts(), store::all_parts & ~leases.parts_with(other_id));
    EXPECT_EQ(leases.held(), 15);
}

// With another server's connections, on a cluster.
class LeasesOfServers : public OnPostgres, public EngineTest {
protected:
    std::unique_ptr<db::Database> beside_ = database_.open_beside();
};

TEST_F(LeasesOfServers, AreTakenByOneOfThem) {
    for (int i = 0; i < 20; ++i) {
        const std::string name = "work " + std::to_string(i);
        Leases first(*database_, world_, {.names = {name}}), second(*beside_, world_, {.names = {name}});
        auto other = std::async(std::launch::async, [&] { second.look(); });
        first.look();
        other.get();
        EXPECT_EQ(first.find(name).has_value() + second.find(name).has_value(), 1);
    }
}

}  // namespace
