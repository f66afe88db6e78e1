#include "engine/redeem_account.h"

#include "engine/hold_account.h"
#include "engine/remove_account.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class RedeemAccountTest : public EngineTest {
protected:
    Result<Account> redeem(const RedeemAccount& command) {
        return transact<Account>([&](db::Tx& tx) { return redeem_account(tx, world_, "a-request", command); });
    }

    Result<Account> look(const RedeemAccount& command) {
        return transact<Account>([&](db::Tx& tx) { return show_redeemable_account(tx, world_, command); });
    }

    // Both operations refuse alike, and in the same words whatever is wrong.
    void expect_useless(const RedeemAccount& command) {
        for (const auto& result : {look(command), redeem(command)}) {
            ASSERT_FALSE(result.ok());
            EXPECT_EQ(result.error().reason, Reason::not_found);
            EXPECT_EQ(result.error().detail, "This link cannot be used.");
            EXPECT_TRUE(result.error().fields.empty());
            EXPECT_EQ(result.error().opened_under, std::nullopt);
        }
    }
};

TEST_F(RedeemAccountTest, ProvisionsTheAccountOnce) {
    const Account account = open("a");
    world_.advance(days(1));
    const RedeemAccount command{.token = account.activation_token, .domain = "b5test.com"};
    EXPECT_EQ(look(command).value(), account);
    const Account redeemed = redeem(command).value();
    EXPECT_EQ(status_of(redeemed), AccountStatus::provisioned);
    EXPECT_EQ(redeemed.updated_at, world_.now());
    EXPECT_EQ(stored(account), redeemed);
    EXPECT_EQ(last_changes_of(account), "status: entitled -> provisioned");
    const Event event = events_of(account).back();
    EXPECT_EQ(event.kind, EventKind::account_redeemed);
    EXPECT_EQ(event.credential_id, std::nullopt);
    EXPECT_EQ(event.request_id, "a-request");
    expect_useless(command);
}

TEST_F(RedeemAccountTest, NeedsTheTokenTheTypeAndTheDomain) {
    const std::string token = open("a").activation_token;
    expect_useless({.token = ""});
    expect_useless({.token = "PNS-"});
    expect_useless({.token = "PNS-DEFG1234"});
    expect_useless({.token = token + "A"});
    expect_useless({.token = token.substr(0, token.size() - 1)});
    expect_useless({.token = token.substr(4)});
    expect_useless({.token = std::string(30, '\0')});
    expect_useless({.token = token, .type = AccountType::family});
    expect_useless({.token = token, .domain = "b5test.eu"});
    expect_useless({.token = token, .domain = ""});
    EXPECT_EQ(outcome(redeem({.token = token})), "done");
}

TEST_F(RedeemAccountTest, RefusesAnAccountThatIsFrozenHeldClosedOrRemoved) {
    const Account ending = open("ending", world_.now() + days(1));
    const Account held = open("held");
    const Account removed = open("removed");
    ASSERT_EQ(outcome(run(hold_account, {"held"})), "done");
    ASSERT_EQ(outcome(run(remove_account, {"removed"})), "done");
    expect_useless({.token = held.activation_token});
    expect_useless({.token = removed.activation_token});
    world_.advance(days(1));
    expect_useless({.token = ending.activation_token});
    world_.advance(days(30));
    expect_useless({.token = ending.activation_token});
    ASSERT_EQ(outcome(run(lift_account, {"held"})), "done");
    EXPECT_EQ(outcome(redeem({.token = held.activation_token})), "done");
}

TEST_F(RedeemAccountTest, TakesTheLatestTokenOnly) {
    const Account account = open("a");
    const Account reissued = run(reissue_token, {"a"}).value();
    expect_useless({.token = account.activation_token});
    EXPECT_EQ(outcome(redeem({.token = reissued.activation_token})), "done");
}

TEST_F(RedeemAccountTest, AsksTheClockOfTheAccountsReseller) {
    change_reseller(other_id, [&](Reseller& reseller) { reseller.clock.frozen_at = at("2030-01-01T00:00:00Z"); });
    const Account account = open("a", at("2030-01-02T00:00:00Z"), other_id);
    world_.set(at("2040-01-01T00:00:00Z"));
    EXPECT_EQ(redeem({.token = account.activation_token}).value().updated_at, at("2030-01-01T00:00:00Z"));
}

// The token's letters carry more bits than the token: another spelling of the same bits is another text, and no token.
TEST_F(RedeemAccountTest, TakesATokenInOneSpellingOnly) {
    const std::string token = open("a").activation_token;
    int spellings = 0;
    for (const char character : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
        spellings += look({.token = token.substr(0, token.size() - 1) + character}).ok();
    EXPECT_EQ(spellings, 1);
    std::string lower_case = token;
    for (char& character : lower_case)
        character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    expect_useless({.token = lower_case});
}

}  // namespace
