// The rule by which a balance holds an account. Pure; called by whatever moves a balance, a threshold or a class.
//
// A threshold is a magnitude: with 200, a balance of -200 is within it, -200.0001 is beyond. Beyond it the account is
// held at once. Within it, but below zero, it is held once the balance has been below zero for the class's subzero
// period; forever: never. At zero and above it is not held.

#pragma once

#include <cstdint>
#include <optional>

#include "core/decimal.h"
#include "core/time.h"
#include "model/account.h"
#include "model/catalogue.h"
#include "model/profile.h"

struct Limits {
    Decimal financial_blocking_threshold;
    Decimal subscription_credit_limit;
};

// The account's own where it has them, else the class's.
Limits limits_of(const Profile&, const AccountClass&);

// What the account may spend: its balance, and the threshold where its class lets it buy below zero; never negative.
Decimal usable_balance_of(const Profile&, const AccountClass&);

struct Judged {
    bool is_held = false;
    std::optional<Instant> held_at;  // when the clock will hold it, unless the balance moves; absent: never
    std::optional<Instant> below_zero_since;
};

Judged judge_credit(const Profile&, const AccountClass&, Instant now);

// Judges, and writes the outcome into both. True when the account is held or lifted by it.
bool apply_credit(Account&, Profile&, const AccountClass&, Instant now);
