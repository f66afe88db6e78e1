#include "engine/accounts/remove_account.h"

#include "engine/accounts/hold_account.h"
#include "engine/accounts/redeem_account.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class RemoveAccountTest : public EngineTest {};

TEST_F(RemoveAccountTest, ClosesTheAccountAndLeavesATombstone) {
    const Account account = open("a", world_.now() + days(10));
    world_.advance(days(1));
    const Account removed = run(remove_account, {"a"}).value();
    EXPECT_EQ(status_of(removed), AccountStatus::deprovisioned);
    EXPECT_EQ(removed.removed_at, world_.now());
    EXPECT_EQ(removed.updated_at, world_.now());
    EXPECT_EQ(removed.due_at, std::nullopt);
    EXPECT_EQ(stored(account), removed);
    EXPECT_EQ(story_of(account), "account.opened account.removed");
    EXPECT_EQ(last_changes_of(account), "status: entitled -> deprovisioned, removed_at:  -> 2023-01-24T15:55:58.000Z");
}

TEST_F(RemoveAccountTest, FreesTheUidForAnotherAccountWithAnotherToken) {
    const Account first = open("a");
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    const Account second = open("a");
    EXPECT_NE(second.id, first.id);
    EXPECT_NE(second.activation_token, first.activation_token);
    EXPECT_EQ(show("a"), second);
    EXPECT_EQ(stored(first).removed_at, world_.now());
}

TEST_F(RemoveAccountTest, MayHappenAgainAndAgain) {
    for (int round = 0; round < 5; ++round) {
        open("a");
        ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    }
    EXPECT_EQ(outcome(run(show_account, {"a"})), "gone");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RemoveAccountTest, RemovesFrozenHeldAndClosedAccountsToo) {
    const Account frozen = open("frozen", world_.now() + days(100));
    const Account held = open("held");
    const Account closed = open("closed", world_.now() + days(1));
    ASSERT_EQ(outcome(run(hold_account, {"held"})), "done");
    world_.advance(days(110));
    for (const char* uid : {"frozen", "held", "closed"}) EXPECT_EQ(outcome(run(remove_account, {uid})), "done");
    EXPECT_EQ(story_of(frozen), "account.opened account.frozen account.removed");
    EXPECT_EQ(story_of(held), "account.opened account.held account.removed");
    EXPECT_EQ(story_of(closed), "account.opened account.frozen account.closed account.removed");
    EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(RemoveAccountTest, EndsTheActivationToken) {
    const Account account = open("a");
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(outcome(transact<Account>(
                  [&](db::Tx& tx) { return redeem_account(tx, world_, {}, {.token = account.activation_token}); })),
              "not_found");
}

TEST_F(RemoveAccountTest, RefusesWhatIsNotThere) {
    open("others", {}, other_id);
    open("a");
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(outcome(run(remove_account, {"nobody"})), "not_found");
    EXPECT_EQ(outcome(run(remove_account, {"others"})), "not_found");
    EXPECT_EQ(outcome(run(remove_account, {"a"})), "not_found");
    EXPECT_EQ(outcome(run(show_account, {"others"}, other_id)), "done");
}

}  // namespace
