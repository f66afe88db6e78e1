#include "store/leases.h"

namespace store {
namespace {

constexpr db::Query list_query{"list_leases", "SELECT name, owner, epoch, until_at FROM lease ORDER BY name"};
constexpr db::Query find_query{"find_lease", "SELECT name, owner, epoch, until_at FROM lease WHERE name = $1"};
constexpr db::Query take_query{
    "take_lease",
    "INSERT INTO lease (name, owner, epoch, until_at) VALUES ($1, $2, 1, $3)"
    " ON CONFLICT (name) DO UPDATE SET epoch = lease.epoch + CASE WHEN lease.owner = excluded.owner THEN 0 ELSE 1 END,"
    " owner = excluded.owner, until_at = excluded.until_at"
    " WHERE lease.owner = excluded.owner OR lease.until_at <= $4 OR lease.until_at > $5"};
constexpr db::Query give_back_query{"give_lease_back",
                                    "UPDATE lease SET owner = 0, until_at = 0 WHERE name = $1 AND owner = $2"};
constexpr db::Query delete_query{"delete_lease", "DELETE FROM lease WHERE name = $1 AND owner = $2"};

Lease to_lease(const db::Row& row) {
    return {.name = row.text(0),
            .owner = row.integer(1),
            .epoch = row.integer(2),
            .until = from_milliseconds(row.integer(3))};
}

}  // namespace

std::vector<Lease> list_leases(db::Tx& tx) {
    const db::Rows rows = tx.run(list_query, {});
    std::vector<Lease> leases;
    for (std::size_t i = 0; i < rows.size(); ++i) leases.push_back(to_lease(rows[i]));
    return leases;
}

std::optional<Lease> find_lease(db::Tx& tx, std::string_view name) {
    const db::Rows rows = tx.run(find_query, {name});
    if (rows.empty()) return std::nullopt;
    return to_lease(rows[0]);
}

void take_lease(db::Tx& tx, std::string_view name, std::int64_t owner, Instant now, Instant until) {
    const Instant farthest = until + (until - now);
    tx.change(take_query, {name, owner, to_milliseconds(until), to_milliseconds(now), to_milliseconds(farthest)},
              db::Expect::any);
}

void give_lease_back(db::Tx& tx, std::string_view name, std::int64_t owner) {
    tx.change(give_back_query, {name, owner}, db::Expect::any);
}

void delete_lease(db::Tx& tx, std::string_view name, std::int64_t owner) {
    tx.change(delete_query, {name, owner}, db::Expect::any);
}

}  // namespace store
