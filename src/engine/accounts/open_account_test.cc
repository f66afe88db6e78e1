#include "engine/accounts/open_account.h"

#include <gtest/gtest.h>

#include "engine/accounts/show_account.h"
#include "engine/resellers/add_reseller.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

namespace {

class OpenAccountTest : public testing::Test {
protected:
    OpenAccountTest() {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            caller_.reseller = add_reseller(tx, world_, {.id = 2, .name = "Northwind"}).value();
            ASSERT_TRUE(add_promotion(tx, world_, {.reseller_id = 2, .domain = "b5test.com"}).ok());
        });
    }

    Result<Account> open(const OpenAccount& command) {
        Result<Account> result = Error{Reason::broken, ""};
        db::write_and_wait(*database_, [&](db::Tx& tx) { result = open_account(tx, world_, caller_, command); });
        return result;
    }

    // "invalid uid required", or "opened"
    std::string outcome(const OpenAccount& command) {
        const auto result = open(command);
        if (result.ok()) return "opened";
        const Error& error = result.error();
        const std::string reason = error.reason == Reason::conflict  ? "conflict"
                                   : error.reason == Reason::invalid ? "invalid"
                                                                     : "?";
        return reason + " " + error.fields.at(0).field + " " + std::string(to_string(error.fields.at(0).rule));
    }

    FreshDatabase database_;
    TestWorld world_;
    Caller caller_;
};

TEST_F(OpenAccountTest, OpensAnAccountThatWaitsForItsCustomer) {
    const auto opened = open({.uid = "a1", .domain = "b5test.com"});
    ASSERT_TRUE(opened.ok());
    const Account& account = opened.value();
    EXPECT_EQ(status_of(account), AccountStatus::entitled);
    EXPECT_EQ(account.created_at, world_.now());
    EXPECT_EQ(account.updated_at, world_.now());
    EXPECT_EQ(account.deployed_members, 0);
    EXPECT_FALSE(account.ends_at);
    EXPECT_FALSE(account.due_at);
    EXPECT_EQ(account.activation_token.size(), 30u);
    EXPECT_TRUE(account.activation_token.starts_with("PNS-"));
}

// Each row breaks its own rule and all the later ones.
TEST_F(OpenAccountTest, RefusesInOrderOfPrecedence) {
    ASSERT_EQ(outcome({.uid = "taken", .domain = "b5test.com"}), "opened");
    const Instant past = world_.now();
    const std::string long_uid(201, 'a');
    EXPECT_EQ(outcome({.uid = "", .domain = "nowhere", .ends_at = past}), "invalid uid required");
    EXPECT_EQ(outcome({.uid = long_uid, .domain = "nowhere", .ends_at = past}), "invalid uid too_long");
    EXPECT_EQ(outcome({.uid = "a b", .domain = "nowhere", .ends_at = past}), "invalid uid bad_characters");
    EXPECT_EQ(outcome({.uid = "taken", .domain = "nowhere", .ends_at = past}), "invalid ends_at in_past");
    EXPECT_EQ(outcome({.uid = "taken", .domain = "nowhere"}), "invalid domain not_promoted");
    EXPECT_EQ(outcome({.uid = "taken", .type = AccountType::family, .domain = "b5test.com"}),
              "invalid domain not_promoted");
    EXPECT_EQ(outcome({.uid = "taken", .domain = "b5test.com"}), "conflict uid taken");
}

// After the grace GET says to rev A that the account is gone: its customer may come back.
TEST_F(OpenAccountTest, ReplacesAClosedAccountForThoseWhoCallItGone) {
    const OpenAccount again{.uid = "c", .domain = "b5test.com", .opened_under = Revision::partnership_reference};
    OpenAccount ending = again;
    ending.ends_at = world_.now() + std::chrono::days(1);
    const Account first = open(ending).value();
    world_.advance(std::chrono::days(2));
    EXPECT_EQ(outcome(again), "conflict uid taken") << "frozen, not gone";
    world_.advance(std::chrono::days(30));
    OpenAccount in_other_words = again;
    in_other_words.opened_under = Revision::partnership_openapi;
    EXPECT_EQ(outcome(in_other_words), "conflict uid taken") << "there it can still be read";
    const auto second = open(again);
    ASSERT_TRUE(second.ok());
    EXPECT_NE(second.value().id, first.id);
    EXPECT_NE(second.value().activation_token, first.activation_token);
    EXPECT_EQ(outcome(again), "conflict uid taken");
}

TEST_F(OpenAccountTest, TakesNoUidThatMeansAFolderInAPath) {
    for (const char* uid : {".", ".."})
        EXPECT_EQ(outcome({.uid = uid, .domain = "b5test.com"}), "invalid uid bad_format");
    EXPECT_EQ(outcome({.uid = "...", .domain = "b5test.com"}), "opened");
}

TEST_F(OpenAccountTest, LetsTheRevisionDecideWhatAUidMayLookLike) {
    const auto reference = [](std::string uid) {
        return OpenAccount{
            .uid = std::move(uid), .domain = "b5test.com", .opened_under = Revision::partnership_reference};
    };
    EXPECT_EQ(outcome(reference(std::string(80, 'a'))), "opened");
    EXPECT_EQ(outcome(reference(std::string(81, 'a'))), "invalid uid too_long");
    EXPECT_EQ(outcome(reference("a.b")), "invalid uid bad_characters");
    EXPECT_EQ(outcome({.uid = std::string(200, 'b'), .domain = "b5test.com"}), "opened");
    EXPECT_EQ(outcome({.uid = "a.b-C.9", .domain = "b5test.com"}), "opened");
}

TEST_F(OpenAccountTest, UsesAPromotionOnlyWhileItIsOpen) {
    db::write_and_wait(*database_, [&](db::Tx& tx) {
        const Promotion promotion{.reseller_id = 2,
                                  .domain = "b5test.ca",
                                  .from = world_.now() + std::chrono::hours(1),
                                  .until = world_.now() + std::chrono::hours(2)};
        ASSERT_TRUE(add_promotion(tx, world_, promotion).ok());
    });
    EXPECT_EQ(outcome({.uid = "early", .domain = "b5test.ca"}), "invalid domain not_promoted");
    world_.advance(std::chrono::hours(1));
    EXPECT_EQ(outcome({.uid = "in-time", .domain = "b5test.ca"}), "opened");
    world_.advance(std::chrono::hours(1));
    EXPECT_EQ(outcome({.uid = "late", .domain = "b5test.ca"}), "invalid domain not_promoted");
}

}  // namespace
