#include "engine/upkeep/housekeeping.h"

#include "engine/accounts/count_accounts.h"
#include "engine/accounts/redate_accounts.h"
#include "engine/accounts/run_due.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/customers/reassess_class.h"
#include "engine/idempotency.h"
#include "store/customers.h"
#include "store/events.h"
#include "store/imports.h"
#include "store/parent_changes.h"
#include "store/reseller_contents.h"
#include "store/status_counts.h"
#include "store/workflow_runs.h"

namespace {

constexpr int accounts_in_a_transaction = 200;
constexpr int lots_max = 200;          // of sub-accounts that follow, at a time; the rest next time
constexpr int refusals_at_once = 500;  // of an import
constexpr int rest_at_once = 50;       // of a reseller that has been removed: any of it may be long
constexpr int answers_in_a_transaction = 200;
constexpr int events_in_a_transaction = 1'000;
constexpr int count_transactions_max = 50;  // at a time; the rest next time

void redate(db::Database& database, World& world) {
    constexpr int resellers_at_once = 100;
    std::vector<std::int64_t> resellers;
    db::read_and_wait(database, [&](db::Tx& tx) { resellers = list_resellers_to_redate(tx, resellers_at_once); });
    for (const std::int64_t reseller_id : resellers) {
        bool has_more = true;
        while (has_more)
            db::write_and_wait(database, [&](db::Tx& tx) {
                has_more = redate_accounts(tx, world, reseller_id, accounts_in_a_transaction);
            });
    }
}

// In turns, so that one with many does not keep the others.
void follow_parents(db::Database& database, World& world) {
    constexpr int parents_at_once = 20;
    int lots = 0;
    std::vector<store::ParentKey> parents;
    do {
        db::read_and_wait(database, [&](db::Tx& tx) { parents = store::list_changed_parents(tx, parents_at_once); });
        for (const store::ParentKey& parent : parents) {
            db::write_and_wait(database,
                               [&](db::Tx& tx) { follow_further(tx, world, parent.reseller_id, parent.parent_id); });
            ++lots;
        }
    } while (!parents.empty() && lots < lots_max);
}

void judge_classes(db::Database& database, World& world) {
    bool has_some = false;
    const auto look = [&](db::Tx& tx) { has_some = store::find_class_judgement(tx).has_value(); };
    int lots = 0;
    for (db::read_and_wait(database, look); has_some && lots < lots_max; db::read_and_wait(database, look)) {
        db::write_and_wait(database, [&](db::Tx& tx) { judge_further(tx, world); });
        ++lots;
    }
}

void forget_imports(db::Database& database) {
    std::optional<std::int64_t> import_id;
    const auto find_one = [&](db::Tx& tx) { import_id = store::find_forgotten_import(tx); };
    int lots = 0;
    for (db::read_and_wait(database, find_one); import_id && lots < lots_max; db::read_and_wait(database, find_one)) {
        db::write_and_wait(database,
                           [&](db::Tx& tx) { store::delete_import_refusals(tx, *import_id, refusals_at_once); });
        ++lots;
    }
}

void forget_resellers(db::Database& database) {
    std::optional<std::int64_t> reseller_id;
    const auto find_one = [&](db::Tx& tx) { reseller_id = store::find_forgotten_reseller(tx); };
    int lots = 0;
    for (db::read_and_wait(database, find_one); reseller_id && lots < lots_max; db::read_and_wait(database, find_one)) {
        db::write_and_wait(database,
                           [&](db::Tx& tx) { store::delete_rest_of_reseller(tx, *reseller_id, rest_at_once); });
        ++lots;
    }
}

void forget_states_of_runs(db::Database& database) {
    constexpr int pieces_at_once = 4;
    bool has_some = false;
    const auto look = [&](db::Tx& tx) { has_some = store::has_old_workflow_run_pieces(tx); };
    int lots = 0;
    for (db::read_and_wait(database, look); has_some && lots < lots_max; db::read_and_wait(database, look)) {
        db::write_and_wait(database, [&](db::Tx& tx) { store::delete_old_workflow_run_pieces(tx, pieces_at_once); });
        ++lots;
    }
}

void forget(db::Database& database, World& world) {
    bool has_some = false;
    db::read_and_wait(database, [&](db::Tx& tx) { has_some = has_answers_to_forget(tx, world); });
    while (has_some)
        db::write_and_wait(database,
                           [&](db::Tx& tx) { has_some = forget_answers(tx, world, answers_in_a_transaction) > 0; });
}

void count(db::Database& database) {
    bool has_some = false;
    db::read_and_wait(database,
                      [&](db::Tx& tx) { has_some = store::visible_through(tx) > store::counted_through(tx); });
    for (int i = 0; has_some && i < count_transactions_max; ++i)
        db::write_and_wait(database, [&](db::Tx& tx) {
            has_some = count_events(tx, events_in_a_transaction) == events_in_a_transaction;
        });
}

}  // namespace

int run_housekeeping(db::Database& database, World& world, const std::function<bool(std::int64_t)>& is_busy) {
    redate(database, world);
    const int settled_accounts = run_all_due(database, world, accounts_in_a_transaction, is_busy);
    follow_parents(database, world);
    judge_classes(database, world);
    forget(database, world);
    forget_imports(database);
    forget_resellers(database);
    forget_states_of_runs(database);
    count(database);
    return settled_accounts;
}
