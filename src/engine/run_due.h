// What falls due: freezes accounts whose end has passed and closes those whose grace has. Called by the server on a
// timer, and by whoever moves a sandbox clock, until nothing is left. Each account is done once however many servers
// run, since what is due is read and written in one transaction.

#pragma once

#include <cstdint>
#include <vector>

#include "db/database.h"
#include "engine/world.h"

// Resellers for whom something is due by their own clocks; at most limit.
std::vector<std::int64_t> list_resellers_with_due_work(db::Tx&, World&, int limit);

// Settles at most limit accounts of one reseller, oldest first. Returns how many; 0: nothing is left.
int run_due(db::Tx&, World&, std::int64_t reseller_id, int limit);

// All that is due for all resellers, in transactions of at most batch accounts, so that requests go on in between.
// Waits; not for an I/O thread. Returns how many accounts were settled. Throws as the database does; what was done
// stays done.
int run_all_due(db::Database&, World&, int batch);
