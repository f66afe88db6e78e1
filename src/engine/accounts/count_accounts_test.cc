#include "engine/accounts/count_accounts.h"

#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using enum AccountStatus;

class CountAccountsTest : public EngineTest {
protected:
    void count_all(int at_a_time = 3) {
        int counted = 1;
        while (counted > 0) write([&](db::Tx& tx) { counted = count_events(tx, at_a_time); });
    }

    Result<std::vector<DayOfCounts>> counts(const CountAccounts& command) { return run(count_accounts, command); }

    static std::int64_t day_of(Instant instant) { return std::chrono::floor<days>(instant).time_since_epoch().count(); }
    static std::int64_t in(const DayOfCounts& day, AccountStatus status) { return day.accounts[std::size_t(status)]; }
};

TEST_F(CountAccountsTest, SaysHowManyWereThereAndHowManyCame) {
    const std::int64_t today = day_of(world_.now());
    open("a", world_.now() + days(1));
    open("b");
    open("foreign", {}, other_id);
    world_.advance(days(2));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    open("c");
    ASSERT_EQ(outcome(run(remove_account, {"b"})), "done");
    count_all();
    const auto days_of_counts =
        counts({.reseller_id = partner_id, .first_day = today - 1, .last_day = today + 2}).value();
    ASSERT_EQ(days_of_counts.size(), 4u);
    EXPECT_EQ(in(days_of_counts[0], entitled), 0);
    EXPECT_EQ(in(days_of_counts[1], entitled), 2);
    EXPECT_EQ(days_of_counts[1].entered[std::size_t(entitled)], 2);
    // Frozen on the day when the end was, whenever it was noticed.
    EXPECT_EQ(in(days_of_counts[2], entitled), 1);
    EXPECT_EQ(in(days_of_counts[2], suspended), 1);
    EXPECT_EQ(in(days_of_counts[3], entitled), 1);
    EXPECT_EQ(in(days_of_counts[3], deprovisioned), 0) << "tombstones leave";
    EXPECT_EQ(days_of_counts[1].opened, 2);
    EXPECT_EQ(days_of_counts[3].opened, 1);
    EXPECT_EQ(days_of_counts[3].removed, 1);
    EXPECT_EQ(days_of_counts[3].entered[std::size_t(entitled)], 1);
    // What was before the first day counts too.
    const auto last = counts({.reseller_id = partner_id, .first_day = today + 2, .last_day = today + 2}).value();
    EXPECT_EQ(last[0].accounts, days_of_counts[3].accounts);
}

TEST_F(CountAccountsTest, TakesAnAccountThatIsHeldAndLiftedForOne) {
    open("a");
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
        ASSERT_EQ(outcome(run(lift_account, {"a"})), "done");
    }
    count_all();
    const auto days_of_counts = counts({.reseller_id = partner_id}).value();
    ASSERT_EQ(days_of_counts.size(), 30u);
    const DayOfCounts& today = days_of_counts.back();
    EXPECT_EQ(today.opened, 1);
    EXPECT_EQ(in(today, entitled), 1);
    EXPECT_EQ(today.entered[std::size_t(entitled)], 4) << "came into the status, again and again";
}

TEST_F(CountAccountsTest, LetsTombstonesLeaveWhateverTheyWere) {
    for (const char* uid : {"entitled", "closed", "held"}) open(uid);
    ASSERT_EQ(outcome(run(close_account, {"closed"})), "done");
    ASSERT_EQ(outcome(run(hold_account, {"held"})), "done");
    for (const char* uid : {"entitled", "closed", "held"}) ASSERT_EQ(outcome(run(remove_account, {uid})), "done");
    count_all();
    const auto days_of_counts = counts({.reseller_id = partner_id}).value();
    const DayOfCounts& today = days_of_counts.back();
    EXPECT_EQ(today.accounts, (std::array<std::int64_t, 5>{}));
    EXPECT_EQ(today.opened, 3);
    EXPECT_EQ(today.removed, 3);
}

TEST_F(CountAccountsTest, EndsWithTheDayOfTheResellersOwnClock) {
    constexpr days far{400};
    change_reseller(partner_id, [&](Reseller& traveller) { traveller.clock.offset = far; });
    open("a");
    count_all();
    const std::int64_t day = day_of(world_.now() + far);
    const auto own = counts({.reseller_id = partner_id}).value();
    EXPECT_EQ(own.back().day, day);
    EXPECT_EQ(own.back().opened, 1);
    EXPECT_EQ(run(count_accounts, {}, other_id).value().back().day, day - far.count());
    write([&](db::Tx& tx) {
        Caller operator_of_both = caller(tx, other_id);
        operator_of_both.tree = std::make_shared<const ResellerTree>(ResellerTree{other_id, partner_id});
        EXPECT_EQ(count_accounts(tx, world_, operator_of_both, {}).value().back().day, day)
            << "of all together, the one that is furthest";
    });
}

TEST_F(CountAccountsTest, CountsEachEventOnceHoweverManyAtATime) {
    for (int i = 0; i < 20; ++i) open("u" + std::to_string(i));
    count_all(1);
    count_all(7);
    const std::int64_t today = day_of(world_.now());
    EXPECT_EQ(in(counts({.first_day = today, .last_day = today}).value()[0], entitled), 20);
}

TEST_F(CountAccountsTest, KnowsHowManyAreOpenWhateverHasBeenCounted) {
    const auto open_and_living = [&] {
        std::pair<std::int64_t, std::int64_t> counts;
        write([&](db::Tx& tx) {
            counts = {count_open_accounts(tx, partner_id), count_living_accounts(tx, partner_id)};
        });
        return counts;
    };
    using Counts = std::pair<std::int64_t, std::int64_t>;
    EXPECT_EQ(open_and_living(), Counts(0, 0));
    for (const char* uid : {"kept", "held", "removed"}) open(uid);
    open("closed", world_.now() + days(1));
    open("foreign", {}, other_id);
    EXPECT_EQ(open_and_living(), Counts(4, 4)) << "nothing is counted yet";
    write([&](db::Tx& tx) { count_events(tx, 2); });
    EXPECT_EQ(open_and_living(), Counts(4, 4)) << "a part is";
    count_all();
    EXPECT_EQ(open_and_living(), Counts(4, 4));

    ASSERT_EQ(outcome(run(hold_account, {"held"})), "done");
    ASSERT_EQ(outcome(run(remove_account, {"removed"})), "done");
    world_.advance(days(2));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    EXPECT_EQ(open_and_living(), Counts(3, 3));
    world_.advance(days(60));
    write([&](db::Tx& tx) { run_due(tx, world_, partner_id, 10); });
    EXPECT_EQ(open_and_living(), Counts(2, 3));
    count_all();
    EXPECT_EQ(open_and_living(), Counts(2, 3));
    ASSERT_EQ(outcome(run(remove_account, {"closed"})), "done");
    EXPECT_EQ(open_and_living(), Counts(2, 2));
}

TEST_F(CountAccountsTest, CountsTheAccountsThemselvesWhereManyEventsAreUncounted) {
    write([&](db::Tx& tx) {
        const Caller partner = caller(tx, partner_id);
        for (int i = 0; i < 1'100; ++i)
            ASSERT_TRUE(
                open_account(tx, world_, partner, {.uid = "u" + std::to_string(i), .domain = "b5test.com"}).ok());
    });
    write([&](db::Tx& tx) { EXPECT_EQ(count_open_accounts(tx, partner_id), 1'100); });
    write([&](db::Tx& tx) { count_events(tx, 500); });
    write([&](db::Tx& tx) { EXPECT_EQ(count_open_accounts(tx, partner_id), 1'100); });
}

TEST_F(CountAccountsTest, RefusesInOrderOfPrecedence) {
    EXPECT_EQ(outcome(counts({.reseller_id = other_id, .first_day = 2, .last_day = 1})), "not_found");
    EXPECT_EQ(outcome(counts({.first_day = 2, .last_day = 1})), "invalid until before_from");
    EXPECT_EQ(outcome(counts({.first_day = 1, .last_day = 401})), "invalid until too_far");
    EXPECT_EQ(outcome(counts({.first_day = 1, .last_day = 400})), "done");
}

}  // namespace
