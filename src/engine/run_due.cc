#include "engine/run_due.h"

#include "engine/account_change.h"
#include "store/accounts.h"
#include "store/resellers.h"

namespace {

// An account is due that its reseller's settings have meanwhile moved to later, or to never: note the new date only.
void postpone(db::Tx& tx, const Reseller& reseller, Account account) {
    account.due_at = next_due(account, reseller);
    store::update_account(tx, account);
}

}  // namespace

std::vector<std::int64_t> list_resellers_with_due_work(db::Tx& tx, World& world, int limit) {
    return store::list_resellers_with_due_accounts(tx, world.now(), limit);
}

int run_due(db::Tx& tx, World& world, std::int64_t reseller_id, int limit) {
    const auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller) return 0;
    const Caller clock{.reseller = *reseller};
    const auto accounts = store::list_due_accounts(tx, reseller_id, world.now(*reseller), limit);
    for (const Account& account : accounts) {
        const Account after = settle_in(tx, world, clock, account);
        if (after == account) postpone(tx, *reseller, account);
    }
    return static_cast<int>(accounts.size());
}

int run_all_due(db::Database& database, World& world, int batch) {
    constexpr int resellers_at_once = 100;
    int settled_accounts = 0;
    std::vector<std::int64_t> resellers;
    do {
        db::read_and_wait(database,
                          [&](db::Tx& tx) { resellers = list_resellers_with_due_work(tx, world, resellers_at_once); });
        for (const std::int64_t reseller_id : resellers) {
            int done = 0;
            db::write_and_wait(database, [&](db::Tx& tx) { done = run_due(tx, world, reseller_id, batch); });
            settled_accounts += done;
        }
    } while (!resellers.empty());
    return settled_accounts;
}
