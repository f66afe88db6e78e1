// Sub-accounts follow the account that they belong to: held while it is held, whoever holds it and why, and closed with
// it. follow_parent() is called by record_change() alone, so that no operation, no dialect and no clock gets around it.
//
// There may be many of them, and the writer must not be kept: a first lot follows at once, the others in lots of their
// own (housekeeping.h); of an import, whose rows may be a thousand parents, none at once. How far they have come is a
// row, written with each lot. Until the last one, whoever reads or writes a sub-account looks there: settled() and
// settle_in() of account_change.h see to it, so that it is shown held from the moment its parent is. A later hold, or
// end of one, takes the place of what is left of an earlier one; a close comes after it.

#pragma once

#include <cstdint>

#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

// Of a family account that has just changed. Costs one look into an index, and only when it was held, lifted or closed.
void follow_parent(db::Tx&, World&, const Caller&, const Account& before, const Account& after, Instant at);

// The next lot of what is left to follow of the parent. False: nothing is left.
bool follow_further(db::Tx&, World&, std::int64_t reseller_id, std::int64_t parent_id);

bool may_have_parent(const Account&);

// The account as if it had followed its parent, its version too; for those who only look. Costs a look into an empty
// index while nothing is left to follow in all of the reseller.
Account followed(db::Tx&, Account, const Reseller&);

// The same, written; for those who are about to change it.
Account follow_now(db::Tx&, World&, const Caller&, Account);

// How many accounts one transaction changes where there may be any number of them. Tests set it to few, so that few
// accounts are many lots.
int accounts_at_once();
void set_accounts_at_once(int);
