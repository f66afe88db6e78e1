#include "store/clear.h"

#include "store/resellers.h"

namespace store {
namespace {

// Those that refer to others come first.
constexpr db::Query delete_queries[] = {
    {"delete_all_import_refusals", "DELETE FROM import_refusal"},
    {"delete_all_imports", "DELETE FROM import"},
    {"delete_all_forgotten_imports", "DELETE FROM forgotten_import"},
    {"delete_all_forgotten_resellers", "DELETE FROM forgotten_reseller"},
    {"delete_all_class_judgements", "DELETE FROM class_judgement"},
    {"delete_all_parent_changes", "DELETE FROM parent_change"},
    {"delete_all_workflow_run_steps", "DELETE FROM workflow_run_step"},
    {"delete_all_workflow_run_pieces", "DELETE FROM workflow_run_piece"},
    {"delete_all_workflow_runs", "DELETE FROM workflow_run"},
    {"delete_all_workflow_documents", "DELETE FROM workflow_document"},
    {"delete_all_opened_links", "DELETE FROM opened_link"},
    {"delete_all_ended_visits", "DELETE FROM ended_visit"},
    {"delete_all_subscriptions", "DELETE FROM subscription"},
    {"delete_all_plans", "DELETE FROM plan"},
    {"delete_all_rights", "DELETE FROM reseller_right"},
    {"delete_all_stored_answers", "DELETE FROM stored_answer"},
    {"delete_all_attribute_values", "DELETE FROM attribute_value"},
    {"delete_all_profiles", "DELETE FROM account_profile"},
    {"delete_all_account_users", "DELETE FROM account_user"},
    {"delete_all_users", "DELETE FROM app_user"},
    {"delete_all_status_counts", "DELETE FROM status_count"},
    {"delete_all_redemption_counts", "DELETE FROM redemption_count"},
    {"delete_all_webhook_attempts", "DELETE FROM webhook_attempt"},
    {"delete_all_webhook_lanes", "DELETE FROM webhook_lane"},
    {"delete_all_webhook_replays", "DELETE FROM webhook_replay"},
    {"delete_all_webhook_endpoints", "DELETE FROM webhook_endpoint"},
    {"delete_all_events", "DELETE FROM event"},
    {"delete_all_actor_names", "DELETE FROM actor_name"},
    {"delete_all_accounts", "DELETE FROM account"},
    {"delete_all_promotions", "DELETE FROM promotion"},
    {"delete_all_console_sessions", "DELETE FROM console_session"},
    {"delete_all_credentials", "DELETE FROM credential"},
    {"delete_all_managers", "DELETE FROM manager"},
    {"delete_all_attributes", "DELETE FROM attribute"},
    {"delete_all_account_classes", "DELETE FROM account_class"},
    {"delete_all_account_types", "DELETE FROM account_type"},
    {"delete_all_reseller_settings", "DELETE FROM reseller_setting"},
    {"delete_all_domains", "DELETE FROM domain"},
    {"delete_all_resellers", "DELETE FROM reseller"},
    {"count_from_the_beginning", "UPDATE event_counted SET through_id = 0"},
};

}  // namespace

void delete_everything(db::Tx& tx) {
    for (const db::Query& query : delete_queries) tx.change(query, {}, db::Expect::any);
    move_reseller_tree_version(tx);
    tx.invalidate_caches();
}

}  // namespace store
