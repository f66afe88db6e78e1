#include "engine/customers/credit.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using std::chrono::days;

Instant now() { return *parse_rfc3339("2023-01-23T15:55:58Z"); }

Profile with_balance(std::string_view balance) { return {.balance = *parse_decimal(balance)}; }

AccountClass with_threshold(std::string_view threshold, std::int64_t subzero_period_days) {
    return {.financial_blocking_threshold = *parse_decimal(threshold), .subzero_period_days = subzero_period_days};
}

TEST(CreditTest, HoldsNobodyWhoOwesNothing) {
    for (const char* balance : {"0", "0.0001", "1000"}) {
        const Judged judged = judge_credit(with_balance(balance), with_threshold("0", 0), now());
        EXPECT_FALSE(judged.is_held || judged.held_at || judged.below_zero_since) << balance;
    }
}

TEST(CreditTest, HoldsAtOnceBeyondTheThreshold) {
    EXPECT_TRUE(judge_credit(with_balance("-0.0001"), with_threshold("0", 30), now()).is_held);
    EXPECT_TRUE(judge_credit(with_balance("-200.0001"), with_threshold("200", AccountClass::forever), now()).is_held);
    EXPECT_FALSE(judge_credit(with_balance("-200"), with_threshold("200", AccountClass::forever), now()).is_held);
}

TEST(CreditTest, WaitsForTheSubzeroPeriodWithinTheThreshold) {
    Profile profile = with_balance("-200");
    const Judged first = judge_credit(profile, with_threshold("200", 3), now());
    EXPECT_FALSE(first.is_held);
    EXPECT_EQ(first.held_at, now() + days(3));
    profile.below_zero_since = first.below_zero_since;
    profile.balance = *parse_decimal("-100");
    EXPECT_EQ(judge_credit(profile, with_threshold("200", 3), now() + days(2)).held_at, now() + days(3));
    EXPECT_TRUE(judge_credit(profile, with_threshold("200", 3), now() + days(3)).is_held);
    EXPECT_TRUE(judge_credit(profile, with_threshold("200", 0), now()).is_held);
    EXPECT_FALSE(judge_credit(profile, with_threshold("200", AccountClass::forever), now() + days(9'999)).is_held);
}

TEST(CreditTest, PrefersTheAccountsOwnLimits) {
    Profile profile = with_balance("-50");
    profile.financial_blocking_threshold = Decimal(40);
    EXPECT_TRUE(judge_credit(profile, with_threshold("200", 3), now()).is_held);
    EXPECT_EQ(limits_of(profile, with_threshold("200", 3)).financial_blocking_threshold, Decimal(40));
}

TEST(CreditTest, CountsTheThresholdAsFundsOnlyWhereTheClassSaysSo) {
    AccountClass account_class = with_threshold("200", 3);
    EXPECT_EQ(usable_balance_of(with_balance("-10"), account_class), Decimal());
    EXPECT_EQ(usable_balance_of(with_balance("15.5"), account_class), *parse_decimal("15.5"));
    account_class.buy_with_negative_balance = true;
    EXPECT_EQ(usable_balance_of(with_balance("-10"), account_class), Decimal(190));
    EXPECT_EQ(usable_balance_of(with_balance("-300"), account_class), Decimal());
}

// Whatever happens to a balance: it is held exactly when it is beyond the threshold, or has been below zero too long.
TEST(CreditTest, AgreesWithItsRuleOverAnyHistory) {
    std::mt19937 random(11);
    for (int history = 0; history < 500; ++history) {
        const AccountClass account_class =
            with_threshold(std::to_string(random() % 100), static_cast<std::int64_t>(random() % 5) - 1);
        Account account;
        Profile profile;
        Instant at = now();
        std::optional<Instant> below_since;
        for (int step = 0; step < 40; ++step) {
            at += std::chrono::hours(random() % 40);
            profile.balance = Decimal(static_cast<int>(random() % 200) - 120);
            const bool is_below = profile.balance < Decimal();
            if (!is_below) below_since.reset();
            if (is_below && !below_since) below_since = at;
            apply_credit(account, profile, account_class, at);
            const bool is_beyond = profile.balance < -account_class.financial_blocking_threshold;
            const bool is_too_long = is_below && account_class.subzero_period_days >= 0 &&
                                     at >= *below_since + days(account_class.subzero_period_days);
            ASSERT_EQ(account.holds.credit, is_beyond || is_too_long);
            ASSERT_EQ(profile.below_zero_since, below_since);
            ASSERT_FALSE(account.holds.credit && account.credit_hold_at);
        }
    }
}

}  // namespace
