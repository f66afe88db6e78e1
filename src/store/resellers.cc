#include "store/resellers.h"

#include "model/event.h"
#include "store/convert.h"
#include "store/parts.h"

namespace store {
namespace {

#define RESELLER_COLUMNS                                                                                \
    "id, parent_id, name, utc_offset_minutes, end_action, grace_ms, clock_offset_ms, clock_frozen_at, " \
    "created_at, updated_at, version, redated_through"

constexpr db::Query find_query{"find_reseller", "SELECT " RESELLER_COLUMNS " FROM reseller WHERE id = $1"};
constexpr db::Query list_query{"list_resellers", "SELECT " RESELLER_COLUMNS " FROM reseller ORDER BY id"};
constexpr db::Query insert_query{"insert_reseller",
                                 "INSERT INTO reseller (" RESELLER_COLUMNS
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"};
constexpr db::Query update_query{"update_reseller",
                                 "UPDATE reseller SET name = $2, utc_offset_minutes = $3, end_action = $4,"
                                 " grace_ms = $5, clock_offset_ms = $6, clock_frozen_at = $7, updated_at = $8,"
                                 " version = $9, redated_through = $10 WHERE id = $1"};
// Of removed ones the names are left. $1: as names know resellers.
constexpr db::Query greatest_id_query{
    "greatest_reseller_id",
    "SELECT max(id) FROM (SELECT coalesce(max(id), 0) AS id FROM reseller"
    " UNION ALL SELECT coalesce(max(id), 0) FROM actor_name WHERE kind = $1) AS greatest"};
constexpr db::Query list_tree_query{"list_reseller_tree",
                                    "WITH RECURSIVE tree (id) AS (SELECT id FROM reseller WHERE id = $1 UNION"
                                    " SELECT reseller.id FROM reseller JOIN tree ON reseller.parent_id = tree.id)"
                                    " SELECT id FROM tree ORDER BY id"};
constexpr db::Query tree_version_query{"reseller_tree_version", "SELECT version FROM reseller_tree"};
constexpr db::Query move_tree_version_query{"move_reseller_tree_version",
                                            "UPDATE reseller_tree SET version = version + 1"};
constexpr db::Query list_children_query{"list_children", "SELECT " RESELLER_COLUMNS
                                                         " FROM reseller WHERE parent_id = $1 AND id > $2"
                                                         " ORDER BY id LIMIT $3"};
constexpr db::Query list_to_redate_query{"list_resellers_to_redate",
                                         "SELECT id FROM reseller WHERE redated_through IS NOT NULL"
                                         " AND " IS_OF_PARTS("id", "$2") " ORDER BY id LIMIT $1"};
constexpr db::Query set_redated_query{"set_redated_through", "UPDATE reseller SET redated_through = $2 WHERE id = $1"};

constexpr db::Query find_promotion_query{"find_promotion",
                                         "SELECT from_at, until_at, version FROM promotion"
                                         " WHERE reseller_id = $1 AND domain = $2 AND type = $3"};
constexpr db::Query insert_promotion_query{"insert_promotion",
                                           "INSERT INTO promotion (reseller_id, domain, type, from_at, until_at,"
                                           " version) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"};
constexpr db::Query update_promotion_query{"update_promotion",
                                           "UPDATE promotion SET from_at = $4, until_at = $5, version = $6"
                                           " WHERE reseller_id = $1 AND domain = $2 AND type = $3"};
constexpr db::Query delete_promotion_query{
    "delete_promotion", "DELETE FROM promotion WHERE reseller_id = $1 AND domain = $2 AND type = $3"};
constexpr db::Query list_promotions_query{"list_promotions",
                                          "SELECT from_at, until_at, version, domain, type FROM promotion"
                                          " WHERE reseller_id = $1 ORDER BY domain, type"};

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
        .redated_through = row.find_integer(11),
    };
}

std::vector<std::int64_t> to_ids(const db::Rows& rows) {
    std::vector<std::int64_t> ids;
    ids.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i].integer(0));
    return ids;
}

std::vector<Reseller> to_resellers(const db::Rows& rows) {
    std::vector<Reseller> resellers;
    for (std::size_t i = 0; i < rows.size(); ++i) resellers.push_back(to_reseller(rows[i]));
    return resellers;
}

Promotion to_promotion(const db::Row& row, std::int64_t reseller_id, std::string_view domain, AccountType type) {
    return {
        .reseller_id = reseller_id,
        .domain = std::string(domain),
        .type = type,
        .from = to_instant(row.find_integer(0)),
        .until = to_instant(row.find_integer(1)),
        .version = row.integer(2),
    };
}

}  // namespace

std::optional<Reseller> find_reseller(db::Tx& tx, std::int64_t id) {
    const db::Rows rows = tx.run(find_query, {id});
    if (rows.empty()) return std::nullopt;
    return to_reseller(rows[0]);
}

std::vector<Reseller> list_resellers(db::Tx& tx) { return to_resellers(tx.run(list_query, {})); }

std::int64_t greatest_reseller_id(db::Tx& tx) {
    return tx.run(greatest_id_query, {int(ActorKind::partner)})[0].integer(0);
}

std::vector<std::int64_t> list_reseller_tree(db::Tx& tx, std::int64_t root_id) {
    return to_ids(tx.run(list_tree_query, {root_id}));
}

std::int64_t reseller_tree_version(db::Tx& tx) { return tx.run(tree_version_query, {})[0].integer(0); }

void move_reseller_tree_version(db::Tx& tx) { tx.change(move_tree_version_query, {}, db::Expect::any); }

std::vector<Reseller> list_children(db::Tx& tx, std::int64_t parent_id, std::int64_t after_id, int limit) {
    return to_resellers(tx.run(list_children_query, {parent_id, after_id, limit}));
}

std::vector<std::int64_t> list_resellers_to_redate(db::Tx& tx, std::int64_t parts, int limit) {
    return to_ids(tx.run(list_to_redate_query, {limit, parts}));
}

void set_redated_through(db::Tx& tx, std::int64_t reseller_id, std::optional<std::int64_t> account_id) {
    tx.change(set_redated_query, {reseller_id, account_id}, db::Expect::any);
}

void insert_reseller(db::Tx& tx, const Reseller& reseller) {
    tx.change(insert_query,
              {reseller.id, reseller.parent_id, reseller.name, reseller.utc_offset.count(), int(reseller.end_action),
               reseller.grace.count(), reseller.clock.offset.count(), to_column(reseller.clock.frozen_at),
               to_milliseconds(reseller.created_at), to_milliseconds(reseller.updated_at), reseller.version,
               reseller.redated_through},
              db::Expect::new_row);
    move_reseller_tree_version(tx);
    tx.invalidate_caches();
}

void update_reseller(db::Tx& tx, const Reseller& reseller) {
    const db::Rows rows = tx.run(
        update_query, {reseller.id, reseller.name, reseller.utc_offset.count(), int(reseller.end_action),
                       reseller.grace.count(), reseller.clock.offset.count(), to_column(reseller.clock.frozen_at),
                       to_milliseconds(reseller.updated_at), reseller.version, reseller.redated_through});
    if (rows.changed() != 1) throw db::Broken("update_reseller: no such row");
    tx.invalidate_caches();
}

std::optional<Promotion> find_promotion(db::Tx& tx, std::int64_t reseller_id, std::string_view domain,
                                        AccountType type) {
    const db::Rows rows = tx.run(find_promotion_query, {reseller_id, domain, int(type)});
    if (rows.empty()) return std::nullopt;
    return to_promotion(rows[0], reseller_id, domain, type);
}

void insert_promotion(db::Tx& tx, const Promotion& promotion) {
    tx.change(insert_promotion_query,
              {promotion.reseller_id, promotion.domain, int(promotion.type), to_column(promotion.from),
               to_column(promotion.until), promotion.version},
              db::Expect::new_row);
    tx.invalidate_caches();
}

void update_promotion(db::Tx& tx, const Promotion& promotion) {
    const db::Rows rows =
        tx.run(update_promotion_query, {promotion.reseller_id, promotion.domain, int(promotion.type),
                                        to_column(promotion.from), to_column(promotion.until), promotion.version});
    if (rows.changed() != 1) throw db::Broken("update_promotion: no such row");
    tx.invalidate_caches();
}

void delete_promotion(db::Tx& tx, const Promotion& promotion) {
    tx.change(delete_promotion_query, {promotion.reseller_id, promotion.domain, int(promotion.type)}, db::Expect::any);
    tx.invalidate_caches();
}

std::vector<Promotion> list_promotions(db::Tx& tx, std::int64_t reseller_id) {
    const db::Rows rows = tx.run(list_promotions_query, {reseller_id});
    std::vector<Promotion> promotions;
    for (std::size_t i = 0; i < rows.size(); ++i)
        promotions.push_back(to_promotion(rows[i], reseller_id, rows[i].text(3), AccountType(rows[i].integer(4))));
    return promotions;
}

}  // namespace store
