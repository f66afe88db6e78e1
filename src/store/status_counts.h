// How many accounts came into each status and left it, and how many were redeemed, by reseller and day; and up to which
// event that has been counted.

#pragma once

#include <cstdint>
#include <vector>

#include "db/database.h"
#include "model/account.h"

namespace store {

struct StatusCount {
    std::int64_t day = 0;  // since 1970, UTC
    AccountStatus status = AccountStatus::entitled;
    std::int64_t entered = 0;
    std::int64_t departed = 0;
    std::int64_t opened = 0;     // of those that entered: had no status before
    std::int64_t removed = 0;    // of those that departed: have none any more
    std::int64_t converted = 0;  // of those that were opened on this day: have been redeemed since
};

struct RedemptionCount {
    std::int64_t day = 0;         // on which they were redeemed
    std::int64_t delay_days = 0;  // since they were opened
    std::int64_t redeemed = 0;
};

std::int64_t counted_through(db::Tx&);
void set_counted_through(db::Tx&, std::int64_t event_id);

void add_to_status_count(db::Tx&, std::int64_t reseller_id, const StatusCount&);

void add_to_redemption_count(db::Tx&, std::int64_t reseller_id, const RedemptionCount&);

// From one day to another, both included, by day and delay.
std::vector<RedemptionCount> list_redemption_counts(db::Tx&, std::int64_t reseller_id, std::int64_t first_day,
                                                    std::int64_t last_day);

// From one day to another, both included, by day and status.
std::vector<StatusCount> list_status_counts(db::Tx&, std::int64_t reseller_id, std::int64_t first_day,
                                            std::int64_t last_day);

// What was there when the day began, one for each status that ever was: StatusCount::day is that day.
std::vector<StatusCount> sum_status_counts_before(db::Tx&, std::int64_t reseller_id, std::int64_t day);

}  // namespace store
