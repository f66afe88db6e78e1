// Counts for dashboards: how many accounts are in each status at the end of each day, and how many came into it.
// Counted from the events, which are the only place that knows the past; never on the way of a request that changes an
// account.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

// Counts the next events, at most limit of them. Returns how many; 0: all are counted.
int count_events(db::Tx&, int limit);

// How many accounts of the reseller are open (entitled, provisioned, activated or suspended), as written down: for the
// totals of lists, however long they are. From the counts, and from the events that those do not know yet; only where
// these are many the accounts themselves are counted.
std::int64_t count_open_accounts(db::Tx&, std::int64_t reseller_id);

// The same with those that are closed and have not been removed, which are counted one by one.
std::int64_t count_living_accounts(db::Tx&, std::int64_t reseller_id);

struct CountAccounts {
    std::optional<std::int64_t> reseller_id;  // absent: the caller's own and all below, together
    // Days since 1970, UTC. Absent: 30 days, up to today, which is the day of the reseller's own clock; of several
    // resellers, the latest of theirs.
    std::optional<std::int64_t> first_day, last_day;
};

struct DayOfCounts {
    std::int64_t day = 0;
    std::array<std::int64_t, 5> accounts{};  // by AccountStatus, when the day ends (or now); no tombstones
    std::array<std::int64_t, 5> entered{};   // came into the status on that day, for the first time or again
    std::int64_t opened = 0;                 // on that day
    std::int64_t removed = 0;
};

constexpr std::int64_t counted_days_max = 400;

// A row for each day. Events that have not been counted yet are missing.
// Refuses, in this order: not_found (the reseller); invalid until (before_from, too_far: more than counted_days_max
// days).
Result<std::vector<DayOfCounts>> count_accounts(db::Tx&, World&, const Caller&, const CountAccounts&);
