#include "store/reseller_contents.h"

#include "model/event.h"

namespace store {
namespace {

// A row of each look-up is one name; all through indexes that lead with the reseller, but for the runs that have not
// ended, of which there are never many.
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
    " (SELECT 1 FROM workflow_run WHERE status <= 2 AND id > 0 AND +reseller_id = $1)"};

constexpr db::Query delete_queries[] = {
    {"delete_credentials_of_reseller", "DELETE FROM credential WHERE reseller_id = $1"},
    {"delete_promotions_of_reseller", "DELETE FROM promotion WHERE reseller_id = $1"},
    {"delete_settings_of_reseller", "DELETE FROM reseller_setting WHERE reseller_id = $1"},
    {"delete_rights_of_reseller", "DELETE FROM reseller_right WHERE reseller_id = $1"},
    {"delete_answers_of_reseller", "DELETE FROM stored_answer WHERE reseller_id = $1"},
    {"delete_run_steps_of_reseller", "DELETE FROM workflow_run_step WHERE reseller_id = $1"},
    {"delete_run_pieces_of_reseller", "DELETE FROM workflow_run_piece WHERE reseller_id = $1"},
    {"delete_runs_of_reseller", "DELETE FROM workflow_run WHERE reseller_id = $1"},
    {"delete_reseller", "DELETE FROM reseller WHERE id = $1"},
};

constexpr db::Query move_tree_version_query{"move_reseller_tree_version_on",
                                            "UPDATE reseller_tree SET version = version + 1"};

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

void delete_reseller(db::Tx& tx, std::int64_t reseller_id) {
    for (const db::Query& query : delete_queries) tx.run(query, {reseller_id});
    tx.run(move_tree_version_query, {});
    tx.invalidate_caches();
}

bool is_reseller_id_used(db::Tx& tx, std::int64_t id) {
    return !tx.run(is_used_query, {id, int(ActorKind::partner)}).empty();
}

}  // namespace store
