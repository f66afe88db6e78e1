#include "store/status_counts.h"

namespace store {
namespace {

constexpr db::Query through_query{"counted_through", "SELECT through_id FROM event_counted"};
constexpr db::Query set_through_query{"set_counted_through", "UPDATE event_counted SET through_id = $1"};
constexpr db::Query add_query{
    "add_to_status_count",
    "INSERT INTO status_count (reseller_id, day, status, entered, departed, opened, removed, converted)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (reseller_id, day, status) DO UPDATE SET entered = status_count.entered + excluded.entered,"
    " departed = status_count.departed + excluded.departed, opened = status_count.opened + excluded.opened,"
    " removed = status_count.removed + excluded.removed, converted = status_count.converted + excluded.converted"};
constexpr db::Query list_query{"list_status_counts",
                               "SELECT day, status, entered, departed, opened, removed, converted FROM status_count"
                               " WHERE reseller_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, status"};
constexpr db::Query add_redemptions_query{
    "add_to_redemption_count",
    "INSERT INTO redemption_count (reseller_id, day, delay_days, redeemed) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (reseller_id, day, delay_days) DO UPDATE SET redeemed = redemption_count.redeemed"
    " + excluded.redeemed"};
constexpr db::Query list_redemptions_query{"list_redemption_counts",
                                           "SELECT day, delay_days, redeemed FROM redemption_count"
                                           " WHERE reseller_id = $1 AND day >= $2 AND day <= $3"
                                           " ORDER BY day, delay_days"};
constexpr db::Query sum_query{
    "sum_status_counts_before",
    "SELECT status, CAST(sum(entered) AS BIGINT), CAST(sum(departed) AS BIGINT) FROM status_count"
    " WHERE reseller_id = $1 AND day < $2 GROUP BY status ORDER BY status"};

}  // namespace

std::int64_t counted_through(db::Tx& tx) { return tx.run(through_query, {})[0].integer(0); }

void set_counted_through(db::Tx& tx, std::int64_t event_id) {
    tx.change(set_through_query, {event_id}, db::Expect::any);
}

void add_to_status_count(db::Tx& tx, std::int64_t reseller_id, const StatusCount& count) {
    tx.change(add_query,
              {reseller_id, count.day, int(count.status), count.entered, count.departed, count.opened, count.removed,
               count.converted},
              db::Expect::any);
}

void add_to_redemption_count(db::Tx& tx, std::int64_t reseller_id, const RedemptionCount& count) {
    tx.change(add_redemptions_query, {reseller_id, count.day, count.delay_days, count.redeemed}, db::Expect::any);
}

std::vector<RedemptionCount> list_redemption_counts(db::Tx& tx, std::int64_t reseller_id, std::int64_t first_day,
                                                    std::int64_t last_day) {
    const db::Rows rows = tx.run(list_redemptions_query, {reseller_id, first_day, last_day});
    std::vector<RedemptionCount> counts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        counts.push_back({.day = rows[i].integer(0), .delay_days = rows[i].integer(1), .redeemed = rows[i].integer(2)});
    return counts;
}

std::vector<StatusCount> list_status_counts(db::Tx& tx, std::int64_t reseller_id, std::int64_t first_day,
                                            std::int64_t last_day) {
    const db::Rows rows = tx.run(list_query, {reseller_id, first_day, last_day});
    std::vector<StatusCount> counts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        counts.push_back({.day = rows[i].integer(0),
                          .status = AccountStatus(rows[i].integer(1)),
                          .entered = rows[i].integer(2),
                          .departed = rows[i].integer(3),
                          .opened = rows[i].integer(4),
                          .removed = rows[i].integer(5),
                          .converted = rows[i].integer(6)});
    return counts;
}

std::vector<StatusCount> sum_status_counts_before(db::Tx& tx, std::int64_t reseller_id, std::int64_t day) {
    const db::Rows rows = tx.run(sum_query, {reseller_id, day});
    std::vector<StatusCount> counts;
    for (std::size_t i = 0; i < rows.size(); ++i)
        counts.push_back({.day = day,
                          .status = AccountStatus(rows[i].integer(0)),
                          .entered = rows[i].integer(1),
                          .departed = rows[i].integer(2)});
    return counts;
}

}  // namespace store
