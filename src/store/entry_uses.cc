#include "store/entry_uses.h"

namespace store {
namespace {

// The resellers in which the entry $2 of the reseller $1 counts.
#define WITH_USERS_OF(table)                                                        \
    "WITH RECURSIVE users (id) AS (SELECT id FROM reseller WHERE id = $1 UNION"     \
    " SELECT reseller.id FROM reseller JOIN users ON reseller.parent_id = users.id" \
    " WHERE NOT EXISTS (SELECT 1 FROM " table                                       \
    " nearer WHERE nearer.reseller_id = reseller.id"                                \
    " AND nearer.id = $2)) "

// CROSS JOIN: the planner must not turn it around, the index leads with the reseller.
#define ACCOUNT_WITH(column) \
    "SELECT 1 FROM users CROSS JOIN account_profile p WHERE p.reseller_id = users.id AND p." column " = $2 LIMIT 1"

constexpr db::Query of_type_query{"has_accounts_of_type",
                                  WITH_USERS_OF("account_type") ACCOUNT_WITH("account_type_id")};
constexpr db::Query of_class_query{"has_accounts_of_class",
                                   WITH_USERS_OF("account_class") ACCOUNT_WITH("account_class_id")};
constexpr db::Query of_manager_query{"has_accounts_of_manager", WITH_USERS_OF("manager") ACCOUNT_WITH("manager_id")};

// In one walk over the index of those below zero, which bounds what is looked at, not only what is found. From each of
// them up: the nearest class of that id is the one that counts.
constexpr db::Query list_below_zero_query{
    "list_accounts_below_zero",
    "SELECT p.reseller_id, p.account_id, CASE WHEN $1 = (WITH RECURSIVE above (id, distance) AS"
    " (SELECT p.reseller_id, 0 UNION ALL SELECT reseller.parent_id, above.distance + 1"
    " FROM above JOIN reseller ON reseller.id = above.id WHERE reseller.parent_id IS NOT NULL)"
    " SELECT above.id FROM above CROSS JOIN account_class c WHERE c.reseller_id = above.id AND c.id = $2"
    " ORDER BY above.distance LIMIT 1) THEN 1 ELSE 0 END FROM account_profile p"
    " WHERE p.account_class_id = $2 AND p.below_zero_since IS NOT NULL AND p.account_id > $3"
    " ORDER BY p.account_id LIMIT $4"};

// A line each, see encode_ids().
constexpr db::Query attributes_query{
    "list_attributes_of_type", WITH_USERS_OF("account_type")
    "SELECT DISTINCT a.key FROM users CROSS JOIN attribute a WHERE a.reseller_id = users.id"
    " AND instr('\n' || a.account_type_ids, '\n' || CAST($2 AS TEXT) || '\n') > 0 ORDER BY a.key"};

constexpr db::Query are_there_query{
    "are_entries_there",
    "SELECT 1 FROM reseller WHERE id = $1"
    " AND EXISTS (SELECT 1 FROM account_type WHERE reseller_id = $2 AND id = $3)"
    " AND EXISTS (SELECT 1 FROM account_class WHERE reseller_id = $4 AND id = $5)"
    " AND (CAST($6 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM manager WHERE reseller_id = $6 AND id = $7))"};

}  // namespace

bool has_accounts_of_type(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_type_id) {
    return !tx.run(of_type_query, {reseller_id, account_type_id}).empty();
}

bool has_accounts_of_class(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_class_id) {
    return !tx.run(of_class_query, {reseller_id, account_class_id}).empty();
}

bool has_accounts_of_manager(db::Tx& tx, std::int64_t reseller_id, std::int64_t manager_id) {
    return !tx.run(of_manager_query, {reseller_id, manager_id}).empty();
}

std::vector<AccountKey> list_accounts_below_zero(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_class_id,
                                                 std::int64_t after_id, int limit) {
    const db::Rows rows = tx.run(list_below_zero_query, {reseller_id, account_class_id, after_id, limit});
    std::vector<AccountKey> keys;
    for (std::size_t i = 0; i < rows.size(); ++i)
        keys.push_back({rows[i].integer(0), rows[i].integer(1), rows[i].integer(2) != 0});
    return keys;
}

std::vector<std::string> list_attributes_of_type(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_type_id) {
    const db::Rows rows = tx.run(attributes_query, {reseller_id, account_type_id});
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) keys.push_back(rows[i].text(0));
    return keys;
}

bool are_there(db::Tx& tx, std::int64_t reseller_id, const EntryName& account_type, const EntryName& account_class,
               const std::optional<EntryName>& manager) {
    const auto manager_reseller = manager ? std::optional(manager->reseller_id) : std::nullopt;
    const auto manager_id = manager ? std::optional(manager->id) : std::nullopt;
    return !tx.run(are_there_query, {reseller_id, account_type.reseller_id, account_type.id, account_class.reseller_id,
                                     account_class.id, manager_reseller, manager_id})
                .empty();
}

}  // namespace store
