// Opens accounts. Called by each dialect's create, by import and by seeding.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct OpenAccount {
    std::string uid;
    AccountType type = AccountType::individual;
    std::string domain;
    std::optional<Instant> ends_at;
    Revision opened_under = Revision::partnership_openapi;  // decides what a uid may look like
};

// Opens an account that waits for its customer to redeem the activation token.
// Refuses, in this order: invalid uid (required; too_long; bad_characters), ends_at (in_past), domain (not_promoted:
// the reseller has no promotion for the domain and type that is open now); conflict (the uid is taken).
Result<Account> open_account(db::Tx&, World&, const Caller&, const OpenAccount&);
