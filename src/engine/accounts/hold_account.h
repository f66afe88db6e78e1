// Administrative holds, and what the vendor does to an account: reports of deployed members, a new activation token.
// Holds are independent of each other: what one operation sets, only its counterpart lifts.

#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct NameAccount {
    std::string uid;
};

// Both do nothing, and say so by an unchanged version, when the account is held (or not held) already.
// Refuse, in this order: not_found; gone; conflict (closed); hold_account also: invalid reason (required).
Result<Account> hold_account(db::Tx&, World&, const Caller&, const NameAccount&);
Result<Account> lift_account(db::Tx&, World&, const Caller&, const NameAccount&);

// Revokes the activation token and makes another.
// Refuses: not_found; gone; conflict (closed; redeemed: there is nothing left to activate).
Result<Account> reissue_token(db::Tx&, World&, const Caller&, const NameAccount&);

struct ReportMembers {
    std::string uid;
    std::int64_t deployed_members = 0;
};

// The first member activates a provisioned account.
// Refuses, in this order: invalid deployed_members (negative); not_found; gone; conflict (closed; not redeemed yet).
Result<Account> report_members(db::Tx&, World&, const Caller&, const ReportMembers&);
