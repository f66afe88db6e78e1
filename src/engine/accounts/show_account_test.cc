#include "engine/accounts/show_account.h"

#include "engine/accounts/remove_account.h"
#include "engine/accounts/run_due.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class ShowAccountTest : public EngineTest {};

TEST_F(ShowAccountTest, ShowsTheAccountAsItStandsNowWithoutWriting) {
    const Account account = open("a", world_.now() + days(1));
    EXPECT_EQ(show("a"), account);
    world_.advance(days(1));
    EXPECT_EQ(status_of(show("a")), AccountStatus::suspended);
    world_.advance(days(30));
    EXPECT_EQ(status_of(show("a")), AccountStatus::deprovisioned);
    EXPECT_EQ(stored(account), account);
    EXPECT_EQ(story_of(account), "account.opened");
}

TEST_F(ShowAccountTest, ShowsTheSameBeforeAndAfterTheClocksWorkIsDone) {
    open("a", world_.now() + days(1));
    for (const int more_days : {1, 15, 15, 300}) {
        world_.advance(days(more_days));
        const Account looked_at = show("a");
        run_all_due(*database_, world_, 10);
        const Account written = show("a");
        EXPECT_EQ(status_of(looked_at), status_of(written));
        EXPECT_EQ(looked_at.updated_at, written.updated_at);
    }
}

TEST_F(ShowAccountTest, RefusesInOrderOfPrecedence) {
    open("others", {}, other_id);
    open("a");
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(outcome(run(show_account, {"nobody"})), "not_found");
    EXPECT_EQ(outcome(run(show_account, {""})), "not_found");
    EXPECT_EQ(outcome(run(show_account, {"others"})), "not_found");
    EXPECT_EQ(outcome(run(show_account, {"a"}, other_id)), "not_found");
    EXPECT_EQ(outcome(run(show_account, {"a"})), "gone");
}

TEST_F(ShowAccountTest, TellsOnesOwnAccountFromAnothersOfTheSameUid) {
    const Account own = open("a");
    const Account others = open("a", {}, other_id);
    EXPECT_EQ(show("a"), own);
    EXPECT_EQ(show("a", other_id), others);
}

TEST_F(ShowAccountTest, RemembersUnderWhichRevisionTheLastRemovedAccountWasOpened) {
    for (const Revision revision : {Revision::partnership_openapi, Revision::partnership_reference}) {
        ASSERT_EQ(outcome(run(open_account, {.uid = "a", .domain = "b5test.com", .opened_under = revision})), "done");
        ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    }
    EXPECT_EQ(run(show_account, {"a"}).error().opened_under, Revision::partnership_reference);
}

}  // namespace
