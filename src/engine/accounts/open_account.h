// Opens accounts. Called by each dialect's create, by import and by seeding.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"
#include "model/event.h"

struct OpenAccount {
    std::string uid;
    AccountType type = AccountType::individual;
    std::string domain;
    std::optional<Instant> ends_at;
    Revision opened_under = Revision::partnership_openapi;  // decides what a uid may look like
};

// Opens an account that waits for its customer to redeem the activation token. Who speaks rev A is told that a closed
// account is gone, so to them it does not stand in the way: it is removed, and a new one takes its place.
// Refuses, in this order: invalid uid (required; bad_format: "." and ".."; too_long; bad_characters), ends_at
// (in_past), domain (not_promoted: the reseller has no promotion for the domain and type that is open now); conflict
// (the uid is taken).
Result<Account> open_account(db::Tx&, World&, const Caller&, const OpenAccount&);

// What all openings have in common, for those that have checked what their own API asks: gives the draft its token and
// dates, an id when it has none, that as uid when it has none, and writes it with its event. More: what the event says
// beyond the account. Refuses: conflict (the uid is taken).
Result<Account> begin_account(db::Tx&, World&, const Caller&, Account draft, std::vector<Change> more = {});
