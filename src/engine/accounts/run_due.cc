#include "engine/accounts/run_due.h"

#include "engine/accounts/account_change.h"
#include "engine/accounts/sub_accounts.h"
#include "store/accounts.h"
#include "store/parent_changes.h"
#include "store/resellers.h"

namespace {

// An account is due that its reseller's settings have meanwhile moved to later, or to never: note the new date only.
void postpone(db::Tx& tx, const Reseller& reseller, Account account) {
    account.due_at = next_due(account, reseller);
    store::update_account(tx, account);
}

void add_changes(std::vector<DueChange>& changes, const Account& account, const Reseller& reseller, Instant now) {
    for (const Settled& step : settle(account, reseller, now))
        changes.push_back({account.id, account.uid, step.kind, step.after.updated_at});
}

bool has_sub_accounts(db::Tx& tx, const Account& account) {
    return account.type == AccountType::family &&
           !store::list_sub_account_ids(tx, account.reseller_id, account.id, 0, 1).empty();
}

}  // namespace

std::vector<std::int64_t> list_resellers_with_due_work(db::Tx& tx, World& world, std::int64_t parts, int limit) {
    return store::list_resellers_with_due_accounts(tx, world.now(), parts, limit);
}

int run_due(db::Tx& tx, World& world, std::int64_t reseller_id, int limit, std::vector<DueChange>* changes) {
    const auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller) return 0;
    const Caller clock{.reseller = *reseller};
    const auto accounts = store::list_due_accounts(tx, reseller_id, world.now(*reseller), limit);
    int done = 0;
    for (const Account& account : accounts) {
        if (changes) add_changes(*changes, followed(tx, account, *reseller), *reseller, world.now(*reseller));
        const Account after = settle_in(tx, world, clock, account);
        if (after == account) postpone(tx, *reseller, account);
        ++done;
        // A first lot of sub-accounts has followed it: enough for this transaction; and they may be further down in the
        // list.
        if (after != account && has_sub_accounts(tx, after)) break;
    }
    return done;
}

int run_all_due(db::Database& database, World& world, int batch, Leases& leases,
                const std::function<bool(std::int64_t)>& is_busy) {
    constexpr int resellers_at_once = 100;
    int settled_accounts = 0;
    bool has_done_something = true;
    while (has_done_something) {
        has_done_something = false;
        std::vector<std::int64_t> resellers;
        db::read_and_wait(database, [&](db::Tx& tx) {
            resellers = list_resellers_with_due_work(tx, world, leases.parts(), resellers_at_once);
        });
        for (const std::int64_t reseller_id : resellers) {
            const auto term = leases.keep_part(reseller_id);
            if (!term) continue;
            int done = 0;
            db::write_and_wait(database, [&](db::Tx& tx) {
                term->require(tx);
                done = is_busy && is_busy(reseller_id) ? 0 : run_due(tx, world, reseller_id, batch);
            });
            settled_accounts += done;
            has_done_something |= done > 0;
        }
    }
    return settled_accounts;
}

int run_all_due(db::Database& database, World& world, int batch) {
    Leases all;
    return run_all_due(database, world, batch, all);
}
