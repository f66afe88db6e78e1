#include "engine/customers/credit.h"

#include <algorithm>

Limits limits_of(const Profile& profile, const AccountClass& account_class) {
    return {
        .financial_blocking_threshold =
            profile.financial_blocking_threshold.value_or(account_class.financial_blocking_threshold),
        .subscription_credit_limit =
            profile.subscription_credit_limit.value_or(account_class.subscription_credit_limit),
    };
}

Decimal usable_balance_of(const Profile& profile, const AccountClass& account_class) {
    const Decimal threshold = limits_of(profile, account_class).financial_blocking_threshold;
    const auto usable = account_class.buy_with_negative_balance ? add(profile.balance, threshold) : profile.balance;
    // Both are as large as amounts can be: then so is what may be spent.
    return std::max(Decimal(), usable.value_or(Decimal::from_units(Decimal::units_max)));
}

Judged judge_credit(const Profile& profile, const AccountClass& account_class, Instant now) {
    if (profile.balance >= Decimal()) return {};
    Judged judged{.below_zero_since = profile.below_zero_since.value_or(now)};
    if (profile.balance < -limits_of(profile, account_class).financial_blocking_threshold) {
        judged.is_held = true;
        return judged;
    }
    if (account_class.subzero_period_days == AccountClass::forever) return judged;
    const Instant held_at = *judged.below_zero_since + std::chrono::days(account_class.subzero_period_days);
    judged.is_held = held_at <= now;
    if (!judged.is_held) judged.held_at = held_at;
    return judged;
}

bool apply_credit(Account& account, Profile& profile, const AccountClass& account_class, Instant now) {
    const Judged judged = judge_credit(profile, account_class, now);
    const bool moves = account.holds.credit != judged.is_held;
    account.holds.credit = judged.is_held;
    account.credit_hold_at = judged.held_at;
    profile.below_zero_since = judged.below_zero_since;
    return moves;
}
