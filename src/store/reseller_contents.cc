#include "store/reseller_contents.h"

#include "model/credential.h"
#include "model/event.h"
#include "store/resellers.h"
#include "store/stored_answers.h"

namespace store {
namespace {

// A row of each look-up is one name; all through indexes that lead with the reseller.
constexpr db::Query contents_query{
    "list_reseller_contents",
    "SELECT 'resellers' WHERE EXISTS (SELECT 1 FROM reseller WHERE parent_id = $1)"
    " UNION ALL SELECT 'accounts' WHERE EXISTS (SELECT 1 FROM account WHERE reseller_id = $1)"
    " UNION ALL SELECT 'managers' WHERE EXISTS (SELECT 1 FROM manager WHERE reseller_id = $1)"
    " UNION ALL SELECT 'account_types' WHERE EXISTS (SELECT 1 FROM account_type WHERE reseller_id = $1)"
    " UNION ALL SELECT 'account_classes' WHERE EXISTS (SELECT 1 FROM account_class WHERE reseller_id = $1)"
    " UNION ALL SELECT 'attributes' WHERE EXISTS (SELECT 1 FROM attribute WHERE reseller_id = $1)"
    " UNION ALL SELECT 'plans' WHERE EXISTS (SELECT 1 FROM plan WHERE reseller_id = $1)"
    " UNION ALL SELECT 'webhook_endpoints' WHERE EXISTS (SELECT 1 FROM webhook_endpoint WHERE reseller_id = $1)"
    " UNION ALL SELECT 'imports' WHERE EXISTS (SELECT 1 FROM import WHERE reseller_id = $1)"
    " UNION ALL SELECT 'workflows' WHERE EXISTS (SELECT 1 FROM workflow_document WHERE reseller_id = $1)"
    " UNION ALL SELECT 'workflow_runs' WHERE EXISTS"
    " (SELECT 1 FROM workflow_run WHERE status <= 2 AND reseller_id = $1)"};

constexpr db::Query delete_queries[] = {
    {"delete_credentials_of_reseller", "DELETE FROM credential WHERE reseller_id = $1"},
    {"delete_promotions_of_reseller", "DELETE FROM promotion WHERE reseller_id = $1"},
    {"delete_settings_of_reseller", "DELETE FROM reseller_setting WHERE reseller_id = $1"},
    {"delete_rights_of_reseller", "DELETE FROM reseller_right WHERE reseller_id = $1"},
    {"delete_reseller", "DELETE FROM reseller WHERE id = $1"},
    {"insert_forgotten_reseller", "INSERT INTO forgotten_reseller (reseller_id) VALUES ($1)"},
};

#define DELETE_SOME(table, key)                                                                 \
    "DELETE FROM " table " WHERE reseller_id = $1 AND (" key ") IN (SELECT " key " FROM " table \
    " WHERE reseller_id = $1 LIMIT $2)"

// What refers to others comes first.
constexpr db::Query delete_rest_queries[] = {
    {"delete_run_steps_of_reseller", DELETE_SOME("workflow_run_step", "run_id, number")},
    {"delete_run_pieces_of_reseller", DELETE_SOME("workflow_run_piece", "run_id, state_number, number")},
    {"delete_runs_of_reseller", DELETE_SOME("workflow_run", "id")},
};
constexpr db::Query find_forgotten_query{"find_forgotten_reseller",
                                         "SELECT reseller_id FROM forgotten_reseller LIMIT 1"};
constexpr db::Query delete_forgotten_query{"delete_forgotten_reseller",
                                           "DELETE FROM forgotten_reseller WHERE reseller_id = $1"};

constexpr db::Query has_credentials_query{"has_credentials_of_kind",
                                          "SELECT 1 FROM credential WHERE reseller_id = $1 AND kind = $2 LIMIT 1"};

// Its names outlive it.
constexpr db::Query is_used_query{"is_reseller_id_used",
                                  "SELECT 1 WHERE EXISTS (SELECT 1 FROM reseller WHERE id = $1)"
                                  " OR EXISTS (SELECT 1 FROM actor_name WHERE kind = $2 AND id = $1)"};

}  // namespace

std::vector<std::string> list_reseller_contents(db::Tx& tx, std::int64_t reseller_id) {
    const db::Rows rows = tx.run(contents_query, {reseller_id});
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.size(); ++i) names.push_back(rows[i].text(0));
    return names;
}

bool has_operator_credentials(db::Tx& tx, std::int64_t reseller_id) {
    return !tx.run(has_credentials_query, {reseller_id, int(CredentialKind::operator_token)}).empty();
}

void delete_reseller(db::Tx& tx, std::int64_t reseller_id) {
    for (const db::Query& query : delete_queries) tx.change(query, {reseller_id}, db::Expect::any);
    move_reseller_tree_version(tx);
    tx.invalidate_caches();
}

std::optional<std::int64_t> find_forgotten_reseller(db::Tx& tx) {
    const db::Rows rows = tx.run(find_forgotten_query, {});
    if (rows.empty()) return std::nullopt;
    return rows[0].integer(0);
}

void delete_rest_of_reseller(db::Tx& tx, std::int64_t reseller_id, int limit) {
    limit -= delete_answers_of_reseller(tx, reseller_id, limit);
    if (limit <= 0) return;
    for (const db::Query& query : delete_rest_queries) {
        limit -= static_cast<int>(tx.run(query, {reseller_id, limit}).changed());
        if (limit <= 0) return;
    }
    tx.change(delete_forgotten_query, {reseller_id}, db::Expect::any);
}

bool is_reseller_id_used(db::Tx& tx, std::int64_t id) {
    return !tx.run(is_used_query, {id, int(ActorKind::partner)}).empty();
}

}  // namespace store
