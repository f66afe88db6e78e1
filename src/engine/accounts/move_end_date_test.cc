#include "engine/accounts/move_end_date.h"

#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;
using std::chrono::milliseconds;

class MoveEndDateTest : public EngineTest {};

TEST_F(MoveEndDateTest, ExtendsShortensAndLiftsTheEnd) {
    const Account account = open("a", world_.now() + days(10));
    for (const std::optional<Instant> ends_at :
         {std::optional(world_.now() + days(20)), std::optional(world_.now() + milliseconds(1)),
          std::optional<Instant>()}) {
        const Account moved = run(move_end_date, {.uid = "a", .ends_at = ends_at}).value();
        EXPECT_EQ(moved.ends_at, ends_at);
        EXPECT_EQ(moved.due_at, ends_at);
        EXPECT_EQ(stored(account), moved);
    }
    EXPECT_EQ(story_of(account), "account.opened account.end_date_moved account.end_date_moved account.end_date_moved");
}

TEST_F(MoveEndDateTest, MovesUpdatedAtAndCountsAVersion) {
    open("a");
    world_.advance(days(1));
    const Account moved = run(move_end_date, {.uid = "a", .ends_at = world_.now() + days(1)}).value();
    EXPECT_EQ(moved.updated_at, world_.now());
    EXPECT_EQ(moved.version, 2);
}

TEST_F(MoveEndDateTest, DoesNothingWhenTheDateIsTheSame) {
    const Account account = open("a", world_.now() + days(10));
    world_.advance(days(1));
    EXPECT_EQ(run(move_end_date, {.uid = "a", .ends_at = account.ends_at}).value(), account);
    EXPECT_EQ(story_of(account), "account.opened");
}

TEST_F(MoveEndDateTest, ThawsAnAccountThatItsEndHadFrozen) {
    const Account account = open("a", world_.now() + days(10));
    world_.advance(days(15));
    const Account moved = run(move_end_date, {.uid = "a", .ends_at = world_.now() + days(10)}).value();
    EXPECT_EQ(status_of(moved), AccountStatus::entitled);
    EXPECT_EQ(moved.due_at, world_.now() + days(10));
    EXPECT_EQ(story_of(account), "account.opened account.frozen account.thawed");
    EXPECT_EQ(events_of(account)[1].at, *account.ends_at);
    EXPECT_EQ(events_of(account)[2].at, world_.now());
}

TEST_F(MoveEndDateTest, ThawsItToWhatItWas) {
    const Account account = open("a", world_.now() + days(10));
    ASSERT_EQ(outcome(transact<Account>(
                  [&](db::Tx& tx) { return redeem_account(tx, world_, {}, {.token = account.activation_token}); })),
              "done");
    ASSERT_EQ(outcome(run(report_members, {"a", 2})), "done");
    world_.advance(days(15));
    ASSERT_EQ(status_of(show("a")), AccountStatus::suspended);
    EXPECT_EQ(status_of(run(move_end_date, {.uid = "a"}).value()), AccountStatus::activated);
}

TEST_F(MoveEndDateTest, LeavesOtherHoldsAlone) {
    open("a", world_.now() + days(10));
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    world_.advance(days(15));
    const Account moved = run(move_end_date, {.uid = "a", .ends_at = std::nullopt}).value();
    EXPECT_EQ(status_of(moved), AccountStatus::suspended);
    EXPECT_EQ(moved.holds, Holds{.administrative = true});
}

// Each row breaks its own rule and all the later ones.
TEST_F(MoveEndDateTest, RefusesInOrderOfPrecedence) {
    const Instant past = world_.now();
    open("removed");
    ASSERT_EQ(outcome(run(remove_account, {"removed"})), "done");
    open("closed", world_.now() + days(1));
    open("open");
    open("others", {}, other_id);
    world_.advance(days(31));
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "nobody", .ends_at = past})), "not_found");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "others", .ends_at = past})), "not_found");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "removed", .ends_at = past})), "gone");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "closed", .ends_at = past})), "conflict status closed");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "open", .ends_at = past})), "invalid ends_at in_past");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "open", .ends_at = world_.now()})), "invalid ends_at in_past");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "open", .ends_at = world_.now() + milliseconds(1)})), "done");
}

TEST_F(MoveEndDateTest, SaysUnderWhichRevisionTheAccountWasOpened) {
    const OpenAccount command{.uid = "a", .domain = "b5test.com", .opened_under = Revision::partnership_reference};
    ASSERT_EQ(outcome(run(open_account, command)), "done");
    EXPECT_EQ(run(move_end_date, {.uid = "a", .ends_at = world_.now()}).error().opened_under,
              Revision::partnership_reference);
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(run(move_end_date, {.uid = "a", .ends_at = world_.now()}).error().opened_under,
              Revision::partnership_reference);
}

TEST_F(MoveEndDateTest, LeavesNothingBehindWhenItRefuses) {
    const Account account = open("a", world_.now() + days(1));
    world_.advance(days(2));
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "a", .ends_at = world_.now()})), "invalid ends_at in_past");
    EXPECT_EQ(stored(account), account);
    EXPECT_EQ(story_of(account), "account.opened");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(MoveEndDateTest, AsksTheResellersClock) {
    change_reseller(partner_id, [](Reseller& reseller) { reseller.clock.offset = days(365); });
    open("a");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "a", .ends_at = world_.now() + days(100)})),
              "invalid ends_at in_past");
    EXPECT_EQ(outcome(run(move_end_date, {.uid = "a", .ends_at = world_.now() + days(366)})), "done");
}

}  // namespace
