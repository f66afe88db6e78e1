#include "engine/accounts/count_accounts.h"

#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
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

    Result<CountedAccounts> counts(const CountAccounts& command) { return run(count_accounts, command); }
    std::vector<CountedPeriod> periods(const CountAccounts& command) { return counts(command).value().periods; }

    void redeem(const Account& account) {
        ASSERT_TRUE(transact<Account>([&](db::Tx& tx) {
                        return redeem_account(tx, world_, {}, {.token = account.activation_token});
                    }).ok());
    }

    static std::int64_t day_of(Instant instant) { return std::chrono::floor<days>(instant).time_since_epoch().count(); }
    static std::int64_t in(const CountedPeriod& day, AccountStatus status) { return day.accounts[std::size_t(status)]; }
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
    const auto days_of_counts = periods({.reseller_id = partner_id, .first_day = today - 1, .last_day = today + 2});
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
    const auto last = periods({.reseller_id = partner_id, .first_day = today + 2, .last_day = today + 2});
    EXPECT_EQ(last[0].accounts, days_of_counts[3].accounts);
}

TEST_F(CountAccountsTest, TakesAnAccountThatIsHeldAndLiftedForOne) {
    open("a");
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
        ASSERT_EQ(outcome(run(lift_account, {"a"})), "done");
    }
    count_all();
    const auto days_of_counts = periods({.reseller_id = partner_id});
    ASSERT_EQ(days_of_counts.size(), 30u);
    const CountedPeriod& today = days_of_counts.back();
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
    const auto days_of_counts = periods({.reseller_id = partner_id});
    const CountedPeriod& today = days_of_counts.back();
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
    const auto own = periods({.reseller_id = partner_id});
    EXPECT_EQ(own.back().day, day);
    EXPECT_EQ(own.back().opened, 1);
    EXPECT_EQ(run(count_accounts, {}, other_id).value().periods.back().day, day - far.count());
    write([&](db::Tx& tx) {
        Caller operator_of_both = caller(tx, other_id);
        operator_of_both.tree = std::make_shared<const ResellerTree>(ResellerTree{other_id, partner_id});
        EXPECT_EQ(count_accounts(tx, world_, operator_of_both, {}).value().periods.back().day, day)
            << "of all together, the one that is furthest";
    });
}

TEST_F(CountAccountsTest, CountsEachEventOnceHoweverManyAtATime) {
    for (int i = 0; i < 20; ++i) open("u" + std::to_string(i));
    count_all(1);
    count_all(7);
    const std::int64_t today = day_of(world_.now());
    EXPECT_EQ(in(periods({.first_day = today, .last_day = today})[0], entitled), 20);
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

// Opened on Monday, 23 January 2023; "slow" is redeemed after 9 days, "quick" after 1, "late", opened on day 2, on day
// 9 too.
TEST_F(CountAccountsTest, SaysHowManyWereRedeemedAndHowLongThatTook) {
    const std::int64_t monday = day_of(world_.now());
    const Account slow = open("slow"), quick = open("quick");
    open("never");
    world_.advance(days(1));
    redeem(quick);
    world_.advance(days(1));
    const Account late = open("late");
    world_.advance(days(7) - std::chrono::hours(1));  // not quite seven days after it was opened
    redeem(late);
    world_.advance(std::chrono::hours(1));
    redeem(slow);
    ASSERT_EQ(outcome(run(hold_account, {"slow"})), "done");
    ASSERT_EQ(outcome(run(lift_account, {"slow"})), "done");
    count_all(1);

    const CountAccounts command{.reseller_id = partner_id, .first_day = monday, .last_day = monday + 10};
    const CountedAccounts by_day = counts(command).value();
    const auto redeemed_on = [&](std::int64_t day) { return by_day.periods[std::size_t(day)].redeemed; };
    EXPECT_EQ(redeemed_on(0), 0);
    EXPECT_EQ(redeemed_on(1), 1);
    EXPECT_EQ(redeemed_on(9), 2);
    EXPECT_EQ(by_day.periods[0].converted, 2) << "of three that were opened on that day";
    EXPECT_EQ(by_day.periods[2].converted, 1);
    EXPECT_EQ(by_day.periods[9].converted, 0);
    EXPECT_EQ(by_day.periods[0].median_days, std::nullopt);
    EXPECT_EQ(by_day.periods[1].median_days, 1);
    EXPECT_EQ(by_day.periods[9].median_days, 6) << "of 6 and 9 the lower one";
    EXPECT_EQ(by_day.periods[9].entered[std::size_t(provisioned)], 3) << "one of them again";
    EXPECT_EQ(by_day.total.redeemed, 3);
    EXPECT_EQ(by_day.total.converted, 3);
    EXPECT_EQ(by_day.total.opened, 4);
    EXPECT_EQ(by_day.total.median_days, 6) << "of 1, 6 and 9";
    EXPECT_EQ(by_day.total.accounts, by_day.periods.back().accounts);

    CountAccounts weekly = command;
    weekly.step = CountStep::week;
    const CountedAccounts by_week = counts(weekly).value();
    ASSERT_EQ(by_week.periods.size(), 2u);
    EXPECT_EQ(by_week.periods[1].day, monday + 7);
    EXPECT_EQ(by_week.periods[0].opened, 4);
    EXPECT_EQ(by_week.periods[0].converted, 3) << "also those that were redeemed a week later";
    EXPECT_EQ(by_week.periods[0].redeemed, 1);
    EXPECT_EQ(by_week.periods[1].redeemed, 2);
    EXPECT_EQ(by_week.periods[1].median_days, 6);
    EXPECT_EQ(in(by_week.periods[0], entitled), 3) << "as it was when the week ended";
    EXPECT_EQ(in(by_week.periods[1], provisioned), 3);
    EXPECT_EQ(by_week.total.entered, by_day.total.entered);
    EXPECT_EQ(by_week.total.median_days, by_day.total.median_days);
}

TEST_F(CountAccountsTest, TakesDelaysThatAreVeryLongForTheLongest) {
    const Account account = open("a");
    world_.advance(days(1'000));
    redeem(account);
    count_all();
    const CountedAccounts counted = counts({.reseller_id = partner_id}).value();
    EXPECT_EQ(counted.total.median_days, delay_days_max);
    EXPECT_EQ(counted.total.converted, 0) << "it was opened long before";
}

TEST_F(CountAccountsTest, PutsDaysTogetherToWeeksAndMonths) {
    world_.set(parse_rfc3339("2024-03-05T12:00:00Z").value());  // a Tuesday, after a February of 29 days
    const auto first_days = [&](CountStep step, std::optional<std::int64_t> first_day = {}) {
        std::vector<std::string> found;
        for (const CountedPeriod& period : periods({.reseller_id = partner_id, .step = step, .first_day = first_day}))
            found.push_back(format_rfc3339(Instant(std::chrono::sys_days(days(period.day)))).substr(0, 10));
        return found;
    };
    const auto weeks = first_days(CountStep::week);
    ASSERT_EQ(weeks.size(), 26u);
    EXPECT_EQ(weeks.front(), "2023-09-11");
    EXPECT_EQ(weeks.back(), "2024-03-04");
    const auto months = first_days(CountStep::month);
    ASSERT_EQ(months.size(), 12u);
    EXPECT_EQ(months.front(), "2023-04-01");
    EXPECT_EQ(months[10], "2024-02-01");
    EXPECT_EQ(months.back(), "2024-03-01");
    const std::int64_t in_february = day_of(parse_rfc3339("2024-02-29T00:00:00Z").value());
    EXPECT_EQ(first_days(CountStep::month, in_february), (std::vector<std::string>{"2024-02-29", "2024-03-01"}))
        << "the first one is cut";
}

TEST_F(CountAccountsTest, AddsUpATreeOfResellersAndNothingBeside) {
    constexpr std::int64_t below_id = 21, further_below_id = 22;
    write([&](db::Tx& tx) {
        add(tx, {.id = below_id, .parent_id = partner_id, .name = "Below"});
        add(tx, {.id = further_below_id, .parent_id = below_id, .name = "Further below"});
    });
    open("a");
    redeem(open("a", {}, below_id));
    open("a", {}, further_below_id);
    open("b", {}, further_below_id);
    open("foreign", {}, other_id);
    count_all();
    write([&](db::Tx& tx) {
        Caller its_operator = caller(tx, partner_id);
        its_operator.tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, partner_id));
        const auto total_of = [&](std::int64_t id, bool tree) {
            return count_accounts(tx, world_, its_operator, {.reseller_id = id, .tree = tree}).value().total;
        };
        EXPECT_EQ(total_of(partner_id, false).opened, 1);
        EXPECT_EQ(total_of(partner_id, true).opened, 4);
        EXPECT_EQ(total_of(partner_id, true).redeemed, 1);
        EXPECT_EQ(total_of(partner_id, true).median_days, 0);
        EXPECT_EQ(in(total_of(partner_id, true), entitled), 3);
        EXPECT_EQ(total_of(below_id, true).opened, 3);
        EXPECT_EQ(total_of(further_below_id, true).opened, 2);
        EXPECT_EQ(outcome(count_accounts(tx, world_, its_operator, {.reseller_id = other_id, .tree = true})),
                  "not_found");
    });
}

TEST_F(CountAccountsTest, RefusesInOrderOfPrecedence) {
    EXPECT_EQ(outcome(counts({.reseller_id = other_id, .first_day = 2, .last_day = 1})), "not_found");
    EXPECT_EQ(outcome(counts({.first_day = 2, .last_day = 1})), "invalid until before_from");
    EXPECT_EQ(outcome(counts({.first_day = 1, .last_day = 401})), "invalid until too_far");
    EXPECT_EQ(outcome(counts({.first_day = 1, .last_day = 400})), "done");
}

}  // namespace
