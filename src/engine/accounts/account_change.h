// What all operations on accounts share: what time does to an account, and how a change is written down.

#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"
#include "model/event.h"

// When the clock next has something to do: at ends_at it freezes the account, after the reseller's grace it takes the
// end action, at credit_hold_at it holds the account. Absent: never.
std::optional<Instant> next_due(const Account&, const Reseller&);

struct Settled {
    EventKind kind;
    Account after;
};

// What the clock has done to the account by now, in order; empty: nothing. Each change is dated to the moment when it
// fell due, not to that when somebody looked, so a late look and a leap of the clock show what punctual work would have
// shown: its version too.
std::vector<Settled> settle(const Account&, const Reseller&, Instant now);

// The account as it stands now, for those who only look: with what is still to follow of its parent.
Account settled(db::Tx&, Account, const Reseller&, Instant now);
// The same of one that has no parent to follow.
Account settled_by_clock(Account, const Reseller&, Instant now);

// Writes `after` and the event that says what changed (and `more`, which is not in the account), and brings updated_at,
// due_at and version along. Does nothing when nothing has changed.
void record_change(db::Tx&, World&, const Caller&, EventKind, const Account& before, Account& after, Instant at,
                   std::vector<Change> more = {});

// Writes an event that changes nothing but the account's version: the caller's comment is all that it says.
void record_note(db::Tx&, World&, const Caller&, const Account& before, Account& after);

// Writes what the clock, and its parent, have done to the account by now, then returns it. To be called by whoever is
// about to change it.
Account settle_in(db::Tx&, World&, const Caller&, Account);
// The same by another time: what falls due later is left alone.
Account settle_in(db::Tx&, World&, const Caller&, Account, Instant until);
// Of the clock alone; for sub_accounts.cc.
Account settle_alone_in(db::Tx&, World&, const Caller&, Account, Instant until);

// The changes that an event of a new account lists.
std::vector<Change> describe_opening(const Account&);
