#include "engine/accounts/activation_token.h"

#include <set>

#include "engine/accounts/remove_account.h"
#include "tests/testing/engine_test.h"

namespace {

class ActivationTokenTest : public EngineTest {
protected:
    std::optional<std::int64_t> find(const std::string& token) {
        std::optional<Account> account;
        db::read_and_wait(*database_, [&](db::Tx& tx) { account = find_account_by_token(tx, world_, token); });
        return account ? std::optional(account->id) : std::nullopt;
    }
};

TEST_F(ActivationTokenTest, LeadsToItsAccountEvenOnceThatIsRemoved) {
    const Account account = open("a");
    EXPECT_EQ(find(account.activation_token), account.id);
    ASSERT_EQ(outcome(run(remove_account, {"a"})), "done");
    EXPECT_EQ(find(account.activation_token), account.id);
}

TEST_F(ActivationTokenTest, IsNobodysOnceASingleCharacterDiffers) {
    const std::string token = open("a").activation_token;
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(find(other), std::nullopt) << other;
    }
}

TEST_F(ActivationTokenTest, IsNeverMadeTwiceForOneAccount) {
    const Account account = open("a");
    std::set<std::string> tokens = {account.activation_token};
    for (int i = 0; i < 1000; ++i) tokens.insert(new_activation_token(world_, account));
    EXPECT_EQ(tokens.size(), 1001u);
    for (const std::string& token : tokens) EXPECT_EQ(find(token).has_value(), token == account.activation_token);
}

TEST_F(ActivationTokenTest, SaysNothingOfTheOrderInWhichAccountsWereOpened) {
    const std::string first = open("a").activation_token;
    const std::string second = open("b").activation_token;
    int common = 0;
    for (std::size_t i = 4; i < first.size(); ++i) common += first[i] == second[i];
    EXPECT_LT(common, 10);
}

TEST_F(ActivationTokenTest, TakesAnyTextWithoutFailing) {
    for (const std::string& text :
         {std::string(), std::string("PNS-"), std::string("PNS-") + std::string(26, 'A'),
          std::string("PNS-") + std::string(26, '7'), std::string("PNS-") + std::string(26, '\xff'),
          std::string(1'000'000, 'A'), std::string("pns-") + std::string(26, 'A')})
        EXPECT_EQ(find(text), std::nullopt);
}

}  // namespace
