// What falls due: freezes accounts whose end has passed and closes those whose grace has. Called by the server on a
// timer, and by whoever moves a sandbox clock, until nothing is left. Each account is done once however many servers
// run, since what is due is read and written in one transaction; leases keep them from doing it all at the same time.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "db/database.h"
#include "engine/leases.h"
#include "engine/world.h"
#include "model/event.h"

// Resellers of these parts (store/parts.h) for whom something is due by their own clocks; at most limit.
std::vector<std::int64_t> list_resellers_with_due_work(db::Tx&, World&, std::int64_t parts, int limit);

// What the clock did to one account.
struct DueChange {
    std::int64_t account_id = 0;
    std::string uid;
    EventKind kind = EventKind::account_frozen;
    Instant at;
};

// Settles at most limit accounts of one reseller, oldest first. Returns how many; 0: nothing is left. Adds what it did
// to `changes`, if that is wanted; not what followed from that for sub-accounts.
int run_due(db::Tx&, World&, std::int64_t reseller_id, int limit, std::vector<DueChange>* changes = nullptr);

// All that is due for all resellers whose parts are held, in transactions of at most batch accounts, so that requests
// go on in between. Waits; not for an I/O thread. Returns how many accounts were settled. Throws as the database does;
// what was done stays done; LeaseLost where another server has taken a part over meanwhile. Leaves out resellers that
// is_busy knows; it is asked inside the transaction.
int run_all_due(db::Database&, World&, int batch, Leases&,
                const std::function<bool(std::int64_t reseller_id)>& is_busy = {});
// The same for who has the database for itself.
int run_all_due(db::Database&, World&, int batch);
