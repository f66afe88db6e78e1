#include "engine/upkeep/housekeeping.h"

#include "engine/accounts/count_accounts.h"
#include "engine/accounts/redate_accounts.h"
#include "engine/accounts/run_due.h"
#include "engine/idempotency.h"
#include "store/events.h"
#include "store/status_counts.h"

namespace {

constexpr int accounts_in_a_transaction = 200;
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
    forget(database, world);
    count(database);
    return settled_accounts;
}
