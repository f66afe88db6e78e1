#include "store/resellers.h"

#include "store/convert.h"

namespace store {
namespace {

#define RESELLER_COLUMNS                                                                                \
    "id, parent_id, name, utc_offset_minutes, end_action, grace_ms, clock_offset_ms, clock_frozen_at, " \
    "created_at, updated_at, version"

constexpr db::Query find_query{"find_reseller", "SELECT " RESELLER_COLUMNS " FROM reseller WHERE id = $1"};
constexpr db::Query list_query{"list_resellers", "SELECT " RESELLER_COLUMNS " FROM reseller ORDER BY id"};
constexpr db::Query insert_query{"insert_reseller", "INSERT INTO reseller (" RESELLER_COLUMNS
                                                    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr db::Query update_query{"update_reseller",
                                 "UPDATE reseller SET name = $2, utc_offset_minutes = $3, end_action = $4,"
                                 " grace_ms = $5, clock_offset_ms = $6, clock_frozen_at = $7, updated_at = $8,"
                                 " version = $9 WHERE id = $1"};

constexpr db::Query find_promotion_query{"find_promotion",
                                         "SELECT from_at, until_at FROM promotion"
                                         " WHERE reseller_id = $1 AND domain = $2 AND type = $3"};
constexpr db::Query insert_promotion_query{"insert_promotion",
                                           "INSERT INTO promotion (reseller_id, domain, type, from_at, until_at)"
                                           " VALUES ($1, $2, $3, $4, $5)"};

Reseller to_reseller(const db::Row& row) {
    return {
        .id = row.integer(0),
        .parent_id = row.find_integer(1),
        .name = row.text(2),
        .utc_offset = std::chrono::minutes(row.integer(3)),
        .end_action = EndAction(row.integer(4)),
        .grace = std::chrono::milliseconds(row.integer(5)),
        .clock = {.offset = std::chrono::milliseconds(row.integer(6)), .frozen_at = to_instant(row.find_integer(7))},
        .created_at = from_milliseconds(row.integer(8)),
        .updated_at = from_milliseconds(row.integer(9)),
        .version = row.integer(10),
    };
}

}  // namespace

std::optional<Reseller> find_reseller(db::Tx& tx, std::int64_t id) {
    const db::Rows rows = tx.run(find_query, {id});
    if (rows.empty()) return std::nullopt;
    return to_reseller(rows[0]);
}

std::vector<Reseller> list_resellers(db::Tx& tx) {
    const db::Rows rows = tx.run(list_query, {});
    std::vector<Reseller> resellers;
    for (std::size_t i = 0; i < rows.size(); ++i) resellers.push_back(to_reseller(rows[i]));
    return resellers;
}

void insert_reseller(db::Tx& tx, const Reseller& reseller) {
    tx.run(insert_query,
           {reseller.id, reseller.parent_id, reseller.name, reseller.utc_offset.count(), int(reseller.end_action),
            reseller.grace.count(), reseller.clock.offset.count(), to_column(reseller.clock.frozen_at),
            to_milliseconds(reseller.created_at), to_milliseconds(reseller.updated_at), reseller.version});
    tx.invalidate_caches();
}

void update_reseller(db::Tx& tx, const Reseller& reseller) {
    const db::Rows rows = tx.run(
        update_query, {reseller.id, reseller.name, reseller.utc_offset.count(), int(reseller.end_action),
                       reseller.grace.count(), reseller.clock.offset.count(), to_column(reseller.clock.frozen_at),
                       to_milliseconds(reseller.updated_at), reseller.version});
    if (rows.changed() != 1) throw db::Broken("update_reseller: no such row");
    tx.invalidate_caches();
}

std::optional<Promotion> find_promotion(db::Tx& tx, std::int64_t reseller_id, std::string_view domain,
                                        AccountType type) {
    const db::Rows rows = tx.run(find_promotion_query, {reseller_id, domain, int(type)});
    if (rows.empty()) return std::nullopt;
    return Promotion{
        .reseller_id = reseller_id,
        .domain = std::string(domain),
        .type = type,
        .from = to_instant(rows[0].find_integer(0)),
        .until = to_instant(rows[0].find_integer(1)),
    };
}

void insert_promotion(db::Tx& tx, const Promotion& promotion) {
    tx.run(insert_promotion_query, {promotion.reseller_id, promotion.domain, int(promotion.type),
                                    to_column(promotion.from), to_column(promotion.until)});
    tx.invalidate_caches();
}

}  // namespace store
