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

// Nothing is written under a lease that is another's by then.
void write_under(db::Database& database, const LeaseTerm& term, const std::function<void(db::Tx&)>& work) {
    db::write_and_wait(database, [&](db::Tx& tx) {
        term.require(tx);
        work(tx);
    });
}

void redate(db::Database& database, World& world, Leases& leases) {
    constexpr int resellers_at_once = 100;
    std::vector<std::int64_t> resellers;
    db::read_and_wait(database,
                      [&](db::Tx& tx) { resellers = list_resellers_to_redate(tx, leases.parts(), resellers_at_once); });
    for (const std::int64_t reseller_id : resellers) {
        bool has_more = true;
        while (has_more) {
            const auto term = leases.keep_part(reseller_id);
            if (!term) break;
            write_under(database, *term, [&](db::Tx& tx) {
                has_more = redate_accounts(tx, world, reseller_id, accounts_in_a_transaction);
            });
        }
    }
}

// In turns, so that one with many does not keep the others.
void follow_parents(db::Database& database, World& world, Leases& leases) {
    constexpr int parents_at_once = 20;
    int lots = 0;
    std::vector<store::ParentKey> parents;
    do {
        db::read_and_wait(
            database, [&](db::Tx& tx) { parents = store::list_changed_parents(tx, leases.parts(), parents_at_once); });
        for (const store::ParentKey& parent : parents) {
            ++lots;
            const auto term = leases.keep_part(parent.reseller_id);
            if (!term) continue;
            write_under(database, *term,
                        [&](db::Tx& tx) { follow_further(tx, world, parent.reseller_id, parent.parent_id); });
        }
    } while (!parents.empty() && lots < lots_max);
}

// Lot by lot, as long as there is something, the lease is held, and it has not been too much.
void in_lots(db::Database& database, Leases& leases, const std::function<bool(db::Tx&)>& has_some,
             const std::function<void(db::Tx&)>& do_a_lot) {
    for (int lots = 0; lots < lots_max; ++lots) {
        const auto term = leases.keep(Leases::upkeep);
        if (!term) return;
        bool is_left = false;
        db::read_and_wait(database, [&](db::Tx& tx) { is_left = has_some(tx); });
        if (!is_left) return;
        write_under(database, *term, do_a_lot);
    }
}

void judge_classes(db::Database& database, World& world, Leases& leases) {
    in_lots(
        database, leases, [](db::Tx& tx) { return store::find_class_judgement(tx).has_value(); },
        [&](db::Tx& tx) { judge_further(tx, world); });
}

void forget_imports(db::Database& database, Leases& leases) {
    std::optional<store::ImportKey> key;
    in_lots(
        database, leases, [&](db::Tx& tx) { return (key = store::find_forgotten_import(tx)).has_value(); },
        [&](db::Tx& tx) { store::delete_import_refusals(tx, *key, refusals_at_once); });
}

void forget_resellers(db::Database& database, Leases& leases) {
    std::optional<std::int64_t> reseller_id;
    in_lots(
        database, leases, [&](db::Tx& tx) { return (reseller_id = store::find_forgotten_reseller(tx)).has_value(); },
        [&](db::Tx& tx) { store::delete_rest_of_reseller(tx, *reseller_id, rest_at_once); });
}

void forget_states_of_runs(db::Database& database, Leases& leases) {
    constexpr int pieces_at_once = 4;
    in_lots(database, leases, store::has_old_workflow_run_pieces,
            [&](db::Tx& tx) { store::delete_old_workflow_run_pieces(tx, pieces_at_once); });
}

void forget(db::Database& database, World& world, Leases& leases) {
    std::optional<std::int64_t> reseller_id;
    bool has_done_something = true;
    const auto find_one = [&](db::Tx& tx) {
        reseller_id = find_reseller_with_answers_to_forget(tx, world, leases.parts());
    };
    for (db::read_and_wait(database, find_one); reseller_id && has_done_something;
         db::read_and_wait(database, find_one)) {
        const auto term = leases.keep_part(*reseller_id);
        if (!term) return;
        write_under(database, *term, [&](db::Tx& tx) {
            has_done_something =
                forget_answers(tx, world, leases.parts_with(*reseller_id), answers_in_a_transaction) > 0;
        });
    }
}

void count(db::Database& database, Leases& leases) {
    if (!leases.keep(Leases::counting)) return;
    bool has_some = false;
    db::read_and_wait(database,
                      [&](db::Tx& tx) { has_some = store::visible_through(tx) > store::counted_through(tx); });
    for (int i = 0; has_some && i < count_transactions_max; ++i) {
        const auto term = leases.keep(Leases::counting);
        if (!term) return;
        write_under(database, *term, [&](db::Tx& tx) {
            has_some = count_events(tx, events_in_a_transaction) == events_in_a_transaction;
        });
    }
}

}  // namespace

int run_housekeeping(db::Database& database, World& world, Leases& leases,
                     const std::function<bool(std::int64_t)>& is_busy) {
    redate(database, world, leases);
    const int settled_accounts = run_all_due(database, world, accounts_in_a_transaction, leases, is_busy);
    follow_parents(database, world, leases);
    judge_classes(database, world, leases);
    forget(database, world, leases);
    forget_imports(database, leases);
    forget_resellers(database, leases);
    forget_states_of_runs(database, leases);
    count(database, leases);
    return settled_accounts;
}

int run_housekeeping(db::Database& database, World& world) {
    Leases all;
    return run_housekeeping(database, world, all);
}
