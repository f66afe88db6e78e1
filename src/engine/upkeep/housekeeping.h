// What a server does while nobody asks: new due times after a change of settings, what falls due, sub-accounts that
// follow their parents, accounts that the new terms of their class judge, answers whose time is over, what is left of
// forgotten imports, of removed resellers and of older states of runs, counts. Each in small transactions, so that
// requests go on in between, and none begun for nothing. Waits; not for an I/O thread. Of several servers each does
// what it has the leases of.

#pragma once

#include <cstdint>
#include <functional>

#include "db/database.h"
#include "engine/leases.h"
#include "engine/world.h"

// Returns how many accounts were settled. Leaves out resellers that `is_busy` knows: somebody else is doing their work.
// Asked inside the transaction. Throws as the database does, and LeaseLost where another server has taken something
// over; what was done stays done.
int run_housekeeping(db::Database&, World&, Leases&, const std::function<bool(std::int64_t reseller_id)>& is_busy = {});
// All of it, for who has the database for itself.
int run_housekeeping(db::Database&, World&);

// What a server of several wants to have leases of, for that.
inline Leases::Wanted housekeeping_leases() {
    return {.parts = true, .names = {std::string(Leases::counting), std::string(Leases::upkeep)}};
}
