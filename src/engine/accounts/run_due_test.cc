#include "engine/accounts/run_due.h"

#include <random>

#include "engine/accounts/hold_account.h"
#include "engine/accounts/move_end_date.h"
#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "store/parts.h"
#include "store/subscriptions.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;

class RunDueTest : public EngineTest {
protected:
    int run_due_of(std::int64_t reseller_id, int limit) {
        int done = 0;
        write([&](db::Tx& tx) { done = run_due(tx, world_, reseller_id, limit); });
        return done;
    }

    std::vector<std::int64_t> waiting(int limit = 100) {
        std::vector<std::int64_t> resellers;
        write([&](db::Tx& tx) { resellers = list_resellers_with_due_work(tx, world_, store::all_parts, limit); });
        return resellers;
    }

    using Ids = std::vector<std::int64_t>;
};

TEST_F(RunDueTest, DoesWhatIsDueOnceAndNothingElse) {
    const Account ends = open("ends", world_.now() + days(1));
    const Account later = open("later", world_.now() + days(2));
    const Account never = open("never");
    EXPECT_EQ(run_all_due(*database_, world_, 10), 0);
    world_.advance(days(1));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(run_all_due(*database_, world_, 10), 0);
    EXPECT_EQ(story_of(ends), "account.opened account.frozen");
    EXPECT_EQ(stored(later), later);
    EXPECT_EQ(stored(never), never);
}

TEST_F(RunDueTest, TakesTheOldestFirstInBatches) {
    std::vector<Account> accounts;
    for (int i = 9; i >= 0; --i) accounts.push_back(open("a" + std::to_string(i), world_.now() + hours(1 + i)));
    world_.advance(days(1));
    EXPECT_EQ(run_due_of(partner_id, 3), 3);
    int frozen = 0;
    for (const Account& account : accounts)
        if (stored(account).holds.ended) {
            ++frozen;
            EXPECT_LE(account.ends_at, at("2023-01-23T18:55:58Z"));
        }
    EXPECT_EQ(frozen, 3);
    EXPECT_EQ(run_due_of(partner_id, 5), 5);
    EXPECT_EQ(run_due_of(partner_id, 5), 2);
    EXPECT_EQ(run_due_of(partner_id, 5), 0);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RunDueTest, GivesATransactionOfItsOwnOnlyToWhatHasSubAccounts) {
    const auto family = [&](const std::string& uid, Instant ends_at) {
        const OpenAccount command{.uid = uid, .type = AccountType::family, .domain = "b5test.com", .ends_at = ends_at};
        return run(open_account, command).value();
    };
    for (int i = 0; i < 5; ++i) family("f" + std::to_string(i), world_.now() + hours(1));
    const Account parent = family("parent", world_.now() + hours(2));
    const Account child = open("child");
    write([&](db::Tx& tx) {
        store::insert_subscription(tx, {.reseller_id = partner_id, .account_id = child.id, .parent_id = parent.id});
    });
    family("last", world_.now() + hours(3));
    world_.advance(days(1));
    EXPECT_EQ(run_due_of(partner_id, 10), 6) << "up to the one whose sub-account has followed";
    EXPECT_EQ(story_of(child), "account.opened account.held");
    EXPECT_EQ(run_due_of(partner_id, 10), 1);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RunDueTest, FinishesManyThatFallDueAtOneInstantWhateverTheBatch) {
    const Instant end = world_.now() + days(1);
    for (int i = 0; i < 25; ++i) open("a" + std::to_string(i), end, i % 2 ? partner_id : other_id);
    world_.advance(days(40));
    EXPECT_EQ(run_all_due(*database_, world_, 4), 25);
    EXPECT_EQ(waiting(), Ids{});
    for (int i = 0; i < 25; ++i) {
        const Account account = show("a" + std::to_string(i), i % 2 ? partner_id : other_id);
        EXPECT_EQ(story_of(account), "account.opened account.frozen account.closed");
    }
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RunDueTest, FreezesNowAndClosesLater) {
    const Account account = open("a", world_.now() + days(1));
    world_.advance(days(1));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(stored(account).due_at, *account.ends_at + days(30));
    world_.advance(days(30) - milliseconds(1));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 0);
    world_.advance(milliseconds(1));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(stored(account).due_at, std::nullopt);
    EXPECT_EQ(story_of(account), "account.opened account.frozen account.closed");
}

TEST_F(RunDueTest, FollowsEachResellersOwnClock) {
    const Instant end = world_.now() + days(10);
    change_reseller(partner_id, [](Reseller& reseller) { reseller.clock.offset = days(10); });
    change_reseller(other_id, [&](Reseller& reseller) { reseller.clock.frozen_at = end - milliseconds(1); });
    write([&](db::Tx& tx) { add(tx, {.id = 4, .name = "Behind", .clock = {.offset = -days(5)}}); });
    const Account ahead = open("a", end + milliseconds(1));
    const Account still = open("a", end, other_id);
    const Account behind = open("a", end, 4);
    EXPECT_EQ(waiting(), Ids{});
    world_.advance(milliseconds(1));
    EXPECT_EQ(waiting(), Ids{partner_id});
    world_.advance(days(15) - milliseconds(2));
    EXPECT_EQ(waiting(), Ids{partner_id});
    world_.advance(milliseconds(1));
    EXPECT_EQ(waiting(), (Ids{partner_id, 4}));
    EXPECT_EQ(waiting(1), (Ids{partner_id}));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 2);
    EXPECT_EQ(stored(still), still);
    EXPECT_EQ(events_of(ahead).back().at, *ahead.ends_at);
    EXPECT_EQ(events_of(behind).back().at, end);
    change_reseller(other_id, [](Reseller& reseller) { reseller.clock.frozen_at.reset(); });
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(events_of(still).back().at, end);
}

TEST_F(RunDueTest, LeavesTheClocksOfOthersAlone) {
    open("a", world_.now() + days(1));
    const Account others = open("a", world_.now() + days(1), other_id);
    world_.advance(days(1));
    EXPECT_EQ(run_due_of(partner_id, 100), 1);
    EXPECT_EQ(stored(others), others);
    EXPECT_EQ(run_due_of(4711, 100), 0);
}

TEST_F(RunDueTest, PostponesWhereTheResellersSettingsMoved) {
    const Account account = open("a", world_.now() + days(1));
    world_.advance(days(1));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    change_reseller(partner_id, [](Reseller& reseller) { reseller.grace = days(60); });
    world_.advance(days(30));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(stored(account).due_at, *account.ends_at + days(60));
    EXPECT_EQ(story_of(account), "account.opened account.frozen");
    change_reseller(partner_id, [](Reseller& reseller) { reseller.end_action = EndAction::stay_frozen; });
    world_.advance(days(30));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(stored(account).due_at, std::nullopt);
    EXPECT_EQ(story_of(account), "account.opened account.frozen");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RunDueTest, KeepsWhatWasDoneWhenLaterWorkFails) {
    for (int i = 0; i < 4; ++i) open("a" + std::to_string(i), world_.now() + days(1));
    world_.advance(days(1));
    EXPECT_EQ(run_due_of(partner_id, 2), 2);
    EXPECT_THROW(write([&](db::Tx& tx) {
                     run_due(tx, world_, partner_id, 2);
                     throw std::runtime_error("the machine broke");
                 }),
                 std::runtime_error);
    EXPECT_EQ(run_due_of(partner_id, 100), 2);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

// One world in which what is due is done at once, one in which nobody does it: callers see the same in both, always.
class Twin : public EngineTest {
public:
    void TestBody() override {}

    Result<Account> command(int number, const std::string& uid, std::int64_t reseller_id, int amount) {
        const Instant now = world_.now(reseller(reseller_id));
        switch (number) {
        case 0:
            return run(open_account, {.uid = uid, .domain = "b5test.com", .ends_at = now + days(amount)}, reseller_id);
        case 1: return run(open_account, {.uid = uid, .domain = "b5test.com"}, reseller_id);
        case 2: return run(move_end_date, {.uid = uid, .ends_at = now + days(amount - 5)}, reseller_id);
        case 3: return run(move_end_date, {.uid = uid}, reseller_id);
        case 4: return run(hold_account, {uid}, reseller_id);
        case 5: return run(lift_account, {uid}, reseller_id);
        case 6: return run(report_members, {uid, amount}, reseller_id);
        case 7: return run(remove_account, {uid}, reseller_id);
        case 8: return redeem(uid, reseller_id);
        default: return run(show_account, {uid}, reseller_id);
        }
    }

    std::string view(const Result<Account>& result) {
        if (!result.ok()) return outcome(result);
        const Account& account = result.value();
        return account.uid + ' ' + std::string(to_string(status_of(account))) + ' ' +
               format_rfc3339(account.updated_at) + ' ' + (account.ends_at ? format_rfc3339(*account.ends_at) : "-") +
               ' ' + std::to_string(account.deployed_members);
    }

    void pass(milliseconds time, bool punctually) {
        world_.advance(time);
        if (punctually) run_all_due(*database_, world_, 3);
    }

    std::vector<std::string> all_problems() { return problems(); }

private:
    Result<Account> redeem(const std::string& uid, std::int64_t reseller_id) {
        const auto account = run(show_account, {uid}, reseller_id);
        if (!account.ok()) return account;
        return transact<Account>(
            [&](db::Tx& tx) { return redeem_account(tx, world_, {}, {.token = account.value().activation_token}); });
    }
};

TEST(RunDue, MakesNoDifferenceToWhatCallersSee) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Twin punctual;
        Twin lazy;
        std::mt19937 random(seed);
        const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
        for (int step = 0; step < 120; ++step) {
            const milliseconds time = hours(below(24 * 12));
            punctual.pass(time, true);
            lazy.pass(time, false);
            const int number = below(12);
            const std::string uid(1, static_cast<char>('a' + below(4)));
            const std::int64_t reseller_id = 2 + below(2);
            const int amount = below(40);
            ASSERT_EQ(punctual.view(punctual.command(number, uid, reseller_id, amount)),
                      lazy.view(lazy.command(number, uid, reseller_id, amount)))
                << "step " << step << ", command " << number << " on " << uid;
        }
        EXPECT_EQ(punctual.all_problems(), std::vector<std::string>{});
        EXPECT_EQ(lazy.all_problems(), std::vector<std::string>{});
    }
}

}  // namespace
