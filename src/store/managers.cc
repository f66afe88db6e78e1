#include "store/managers.h"

#include "store/attribute_values.h"

namespace store {
namespace {

#define MANAGER_COLUMNS \
    "id, reseller_id, name, email, role, status, phone, photo, attributes, created_at, updated_at, version"

constexpr db::Query find_query{"find_manager",
                               "SELECT " MANAGER_COLUMNS " FROM manager WHERE id = $2 AND reseller_id = $1"};
constexpr db::Query list_query{"list_managers",
                               "SELECT " MANAGER_COLUMNS " FROM manager WHERE reseller_id = $1 ORDER BY id"};
constexpr db::Query insert_query{"insert_manager",
                                 "INSERT INTO manager (" MANAGER_COLUMNS
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"};
constexpr db::Query update_query{"update_manager",
                                 "UPDATE manager SET name = $3, email = $4, role = $5, status = $6, phone = $7,"
                                 " photo = $8, attributes = $9, updated_at = $10, version = $11"
                                 " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query delete_query{"delete_manager", "DELETE FROM manager WHERE id = $2 AND reseller_id = $1"};

Manager to_manager(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .name = row.text(2),
        .email = row.text(3),
        .role = ManagerRole(row.integer(4)),
        .status = ManagerStatus(row.integer(5)),
        .phone = row.find_text(6),
        .photo = row.find_text(7),
        .attributes = decode_attribute_values(row.text(8)),
        .created_at = from_milliseconds(row.integer(9)),
        .updated_at = from_milliseconds(row.integer(10)),
        .version = row.integer(11),
    };
}

}  // namespace

std::optional<Manager> find_manager(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, id});
    if (rows.empty()) return std::nullopt;
    return to_manager(rows[0]);
}

std::vector<Manager> list_managers(db::Tx& tx, std::int64_t reseller_id) {
    const db::Rows rows = tx.run(list_query, {reseller_id});
    std::vector<Manager> managers;
    for (std::size_t i = 0; i < rows.size(); ++i) managers.push_back(to_manager(rows[i]));
    return managers;
}

void insert_manager(db::Tx& tx, const Manager& manager) {
    const std::string attributes = encode_attribute_values(manager.attributes);
    tx.change(insert_query,
              {manager.id, manager.reseller_id, manager.name, manager.email, int(manager.role), int(manager.status),
               manager.phone, manager.photo, attributes, to_milliseconds(manager.created_at),
               to_milliseconds(manager.updated_at), manager.version},
              db::Expect::new_row);
    tx.invalidate_caches();
}

void update_manager(db::Tx& tx, const Manager& manager) {
    const std::string attributes = encode_attribute_values(manager.attributes);
    const db::Rows rows = tx.run(update_query, {manager.reseller_id, manager.id, manager.name, manager.email,
                                                int(manager.role), int(manager.status), manager.phone, manager.photo,
                                                attributes, to_milliseconds(manager.updated_at), manager.version});
    if (rows.changed() != 1) throw db::Broken("update_manager: no such row");
    tx.invalidate_caches();
}

void delete_manager(db::Tx& tx, const Manager& manager) {
    tx.change(delete_query, {manager.reseller_id, manager.id}, db::Expect::any);
    tx.invalidate_caches();
}

}  // namespace store
