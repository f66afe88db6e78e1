// Counts for dashboards: how many accounts are in each status at the end of each day, week or month, how many came into
// it, how many of those that were opened have been redeemed, and how long that takes.
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

enum class CountStep { day, week, month };  // a week begins on Monday

struct CountAccounts {
    std::optional<std::int64_t> reseller_id;  // absent: the caller's own and all below, together
    bool tree = false;                        // with all below it
    CountStep step = CountStep::day;
    // Days since 1970, UTC. Absent: 30 days, 26 weeks or 12 months, up to today, which is the day of the reseller's own
    // clock; of several resellers, the latest of theirs.
    std::optional<std::int64_t> first_day, last_day;
};

struct CountedPeriod {
    std::int64_t day = 0;                    // its first: of the week or month, or of all that was asked for
    std::array<std::int64_t, 5> accounts{};  // by AccountStatus, when its last day ends (or now); no tombstones
    std::array<std::int64_t, 5> entered{};   // came into the status, for the first time or again
    std::int64_t opened = 0;
    std::int64_t removed = 0;
    std::int64_t redeemed = 0;   // an account is redeemed once, whenever it was opened
    std::int64_t converted = 0;  // of those that were opened then: have been redeemed since, until now
    // Of those that were redeemed then: in so many whole days after it was opened at least half of them were. So it is
    // one of their delays, of two in the middle the lower one; 400 stands for all that are longer. Absent: there is
    // none.
    std::optional<std::int64_t> median_days;
};

struct CountedAccounts {
    std::vector<CountedPeriod> periods;  // oldest first
    CountedPeriod total;                 // of all of them as if they were one
};

constexpr std::int64_t counted_days_max = 400;
constexpr std::int64_t delay_days_max = 400;

// Events that have not been counted yet are missing.
// Refuses, in this order: not_found (the reseller); invalid until (before_from, too_far: more than counted_days_max
// days).
Result<CountedAccounts> count_accounts(db::Tx&, World&, const Caller&, const CountAccounts&);
