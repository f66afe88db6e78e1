#include "engine/accounts/redeem_account.h"

#include "engine/accounts/hold_account.h"
#include "engine/accounts/remove_account.h"
#include "store/users.h"
#include "tests/testing/engine_test.h"

namespace {

using std::chrono::days;

class RedeemAccountTest : public EngineTest {
protected:
    Result<Account> redeem(const RedeemAccount& command) {
        return transact<Account>(
            [&](db::Tx& tx) { return redeem_account(tx, world_, {.request_id = "a-request"}, command); });
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
    EXPECT_EQ(event.actor, Actor{.kind = ActorKind::customer});
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

TEST_F(RedeemAccountTest, MakesTheCustomerTheOwner) {
    const Account account = open("a");
    const Account second = open("b");
    ASSERT_EQ(outcome(redeem({.token = account.activation_token, .email = "Ada@Example.com"})), "done");
    ASSERT_EQ(outcome(redeem({.token = second.activation_token, .email = "ada@example.com", .has_account = true})),
              "done");
    std::optional<User> first_owner, second_owner;
    read([&](db::Tx& tx) {
        first_owner = store::find_owner(tx, partner_id, account.id);
        second_owner = store::find_owner(tx, partner_id, second.id);
    });
    ASSERT_TRUE(first_owner && second_owner);
    EXPECT_EQ(first_owner->email, "Ada@Example.com");
    EXPECT_EQ(*first_owner, *second_owner) << "one person, one user";
    EXPECT_EQ(last_changes_of(second),
              "status: entitled -> provisioned, owner:  -> ada@example.com, has_account:  -> true");
}

TEST_F(RedeemAccountTest, TellsTheSamePersonAgainAndNobodyElse) {
    const Account account = open("a");
    const RedeemAccount command{.token = account.activation_token, .email = "ada@example.com"};
    ASSERT_EQ(outcome(redeem(command)), "done");
    const Account once = stored(account);
    EXPECT_EQ(redeem({.token = account.activation_token, .email = "ADA@example.com"}).value(), once);
    EXPECT_EQ(stored(account), once);
    EXPECT_EQ(events_of(account).size(), 2u);
    expect_useless({.token = account.activation_token});
    expect_useless({.token = account.activation_token, .email = "eve@example.com"});
    expect_useless({.token = account.activation_token, .type = AccountType::family, .email = "ada@example.com"});
    ASSERT_EQ(outcome(run(hold_account, {"a"})), "done");
    expect_useless(command);
}

TEST_F(RedeemAccountTest, RefusesWhatIsNoAddressOnlyToWhoHoldsALink) {
    const Account account = open("a");
    EXPECT_EQ(outcome(redeem({.token = account.activation_token, .email = "nobody"})), "invalid email bad_format");
    EXPECT_EQ(outcome(redeem({.token = account.activation_token, .email = ""})), "invalid email bad_format");
    expect_useless({.token = "PNS-DEFG1234", .email = "nobody"});
    EXPECT_EQ(status_of(stored(account)), AccountStatus::entitled);
}

// Counts what is asked of the database.
class CountingTx final : public db::Tx {
public:
    explicit CountingTx(db::Tx& tx) : tx_(tx) {}
    db::Rows run(const db::Query& query, std::initializer_list<db::Parameter> parameters) override {
        asked_ += std::string(query.name) + ' ';
        return tx_.run(query, parameters);
    }
    void run_script(std::string_view sql) override { tx_.run_script(sql); }
    std::vector<db::SchemaObject> list_schema() override { return tx_.list_schema(); }
    void invalidate_caches() override { tx_.invalidate_caches(); }
    std::string asked_;

private:
    db::Tx& tx_;
};

// The time that a refusal takes must not tell what is wrong: each asks the same of the database.
TEST_F(RedeemAccountTest, AsksTheSameOfTheDatabaseWhateverIsWrong) {
    const Account used = open("used");
    const Account held = open("held");
    const Account removed = open("removed");
    const Account frozen = open("frozen", world_.now() + days(1));
    const Account reissued = open("reissued");
    const Account open_one = open("open");
    ASSERT_EQ(outcome(redeem({.token = used.activation_token, .email = "ada@example.com"})), "done");
    ASSERT_EQ(outcome(run(hold_account, {"held"})), "done");
    ASSERT_EQ(outcome(run(remove_account, {"removed"})), "done");
    ASSERT_EQ(outcome(run(reissue_token, {"reissued"})), "done");
    world_.advance(days(2));
    std::vector<RedeemAccount> useless = {
        {.token = ""}, {.token = "PNS-DEFG1234"}, {.token = "PNS-" + std::string(26, 'A')}};
    for (const Account& account : {used, held, removed, frozen, reissued})
        useless.push_back({.token = account.activation_token});
    useless.push_back({.token = open_one.activation_token, .type = AccountType::family});
    useless.push_back({.token = open_one.activation_token, .domain = "b5test.eu"});
    std::string expected;
    for (const RedeemAccount& command : useless)
        read([&](db::Tx& tx) {
            CountingTx counting(tx);
            EXPECT_FALSE(show_redeemable(counting, world_, command).ok());
            if (expected.empty()) expected = counting.asked_;
            EXPECT_EQ(counting.asked_, expected) << command.token;
        });
    EXPECT_NE(expected, "");
}

}  // namespace
