#include "engine/accounts/hold_account.h"

#include "engine/accounts/redeem_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class HoldAccountTest : public EngineTest {
protected:
    void redeem(const Account& account) {
        const auto redeemed = transact<Account>(
            [&](db::Tx& tx) { return redeem_account(tx, world_, {}, {.token = account.activation_token}); });
        ASSERT_EQ(outcome(redeemed), "done");
    }

    // One account in each state in which an operation may refuse.
    void open_all_kinds() {
        open("others", {}, other_id);
        open("removed");
        ASSERT_EQ(outcome(run(remove_account, {"removed"})), "done");
        open("closed", world_.now() + days(1));
        world_.advance(days(31));
    }
};

TEST_F(HoldAccountTest, HoldsAndLifts) {
    const Account account = open("a");
    world_.advance(days(1));
    const Account held = run(hold_account, {"a"}).value();
    EXPECT_EQ(status_of(held), AccountStatus::suspended);
    EXPECT_EQ(held.holds, Holds{.administrative = true});
    EXPECT_EQ(held.updated_at, world_.now());
    EXPECT_EQ(last_changes_of(account), "status: entitled -> suspended, holds:  -> administrative");
    world_.advance(days(1));
    const Account lifted = run(lift_account, {"a"}).value();
    EXPECT_EQ(status_of(lifted), AccountStatus::entitled);
    EXPECT_EQ(lifted.updated_at, world_.now());
    EXPECT_EQ(story_of(account), "account.opened account.held account.lifted");
}

TEST_F(HoldAccountTest, DoesNothingASecondTime) {
    const Account account = open("a");
    EXPECT_EQ(run(lift_account, {"a"}).value(), account);
    const Account held = run(hold_account, {"a"}).value();
    world_.advance(days(1));
    EXPECT_EQ(run(hold_account, {"a"}).value(), held);
    EXPECT_EQ(story_of(account), "account.opened account.held");
}

TEST_F(HoldAccountTest, IsIndependentOfTheClocksHold) {
    const Account account = open("a", world_.now() + days(1));
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    world_.advance(days(2));
    const Account lifted = run(lift_account, {"a"}).value();
    EXPECT_EQ(lifted.holds, Holds{.ended = true});
    EXPECT_EQ(status_of(lifted), AccountStatus::suspended);
    EXPECT_EQ(story_of(account), "account.opened account.held account.frozen account.lifted");
}

TEST_F(HoldAccountTest, DoesNotKeepAnAccountFromEnding) {
    open("a", world_.now() + days(1));
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    world_.advance(days(31));
    EXPECT_EQ(run_all_due(*database_, world_, 10), 1);
    EXPECT_EQ(status_of(show("a")), AccountStatus::deprovisioned);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(HoldAccountTest, RefusesInOrderOfPrecedence) {
    open_all_kinds();
    for (const auto operation : {hold_account, lift_account}) {
        EXPECT_EQ(outcome(run(operation, {"nobody"})), "not_found");
        EXPECT_EQ(outcome(run(operation, {"others"})), "not_found");
        EXPECT_EQ(outcome(run(operation, {"removed"})), "gone");
        EXPECT_EQ(outcome(run(operation, {"closed"})), "conflict status closed");
    }
}

TEST_F(HoldAccountTest, ReissuesATokenAndForgetsTheOld) {
    const Account account = open("a");
    world_.advance(days(1));
    const Account reissued = run(reissue_token, {"a"}).value();
    EXPECT_NE(reissued.activation_token, account.activation_token);
    EXPECT_EQ(reissued.activation_token.size(), account.activation_token.size());
    EXPECT_EQ(status_of(reissued), AccountStatus::entitled);
    EXPECT_EQ(last_changes_of(account), "activation_token:  -> reissued");
    EXPECT_EQ(story_of(account), "account.opened account.token_reissued");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(HoldAccountTest, RefusesToReissueInOrderOfPrecedence) {
    open_all_kinds();
    redeem(open("redeemed"));
    EXPECT_EQ(outcome(run(reissue_token, {"nobody"})), "not_found");
    EXPECT_EQ(outcome(run(reissue_token, {"others"})), "not_found");
    EXPECT_EQ(outcome(run(reissue_token, {"removed"})), "gone");
    EXPECT_EQ(outcome(run(reissue_token, {"closed"})), "conflict status closed");
    EXPECT_EQ(outcome(run(reissue_token, {"redeemed"})), "conflict status redeemed");
}

TEST_F(HoldAccountTest, IsActivatedByTheFirstMember) {
    const Account account = open("a");
    redeem(account);
    EXPECT_EQ(status_of(run(report_members, {"a", 0}).value()), AccountStatus::provisioned);
    const Account activated = run(report_members, {"a", 1}).value();
    EXPECT_EQ(status_of(activated), AccountStatus::activated);
    EXPECT_EQ(activated.deployed_members, 1);
    EXPECT_EQ(last_changes_of(account), "status: provisioned -> activated, deployed_members: 0 -> 1");
    EXPECT_EQ(run(report_members, {"a", 5}).value().deployed_members, 5);
    const Account empty = run(report_members, {"a", 0}).value();
    EXPECT_EQ(status_of(empty), AccountStatus::activated);
    EXPECT_EQ(story_of(account),
              "account.opened account.redeemed account.activated account.members_reported account.members_reported");
}

TEST_F(HoldAccountTest, IsActivatedEvenWhileItIsHeld) {
    const Account account = open("a");
    redeem(account);
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    EXPECT_EQ(status_of(run(report_members, {"a", 1}).value()), AccountStatus::suspended);
    EXPECT_EQ(status_of(run(lift_account, {"a"}).value()), AccountStatus::activated);
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

// Each row breaks its own rule and all the later ones.
TEST_F(HoldAccountTest, RefusesReportsInOrderOfPrecedence) {
    open_all_kinds();
    open("entitled");
    EXPECT_EQ(outcome(run(report_members, {"nobody", -1})), "invalid deployed_members negative");
    EXPECT_EQ(outcome(run(report_members, {"nobody", 1})), "not_found");
    EXPECT_EQ(outcome(run(report_members, {"others", 1})), "not_found");
    EXPECT_EQ(outcome(run(report_members, {"removed", 1})), "gone");
    EXPECT_EQ(outcome(run(report_members, {"closed", 1})), "conflict status closed");
    EXPECT_EQ(outcome(run(report_members, {"entitled", 1})), "conflict status not_redeemed");
}

}  // namespace
