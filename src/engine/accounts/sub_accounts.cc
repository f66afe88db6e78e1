#include "engine/accounts/sub_accounts.h"

#include "engine/accounts/account_change.h"
#include "store/subscriptions.h"

namespace {

constexpr std::int64_t accounts_at_once = 200;

enum class Follow { nothing, held, lifted, closed };

Follow what_follows(const Account& before, const Account& after) {
    if (after.type != AccountType::family || before.stage == Stage::deprovisioned) return Follow::nothing;
    if (after.stage == Stage::deprovisioned) return Follow::closed;
    if (before.holds.any() == after.holds.any()) return Follow::nothing;
    return after.holds.any() ? Follow::held : Follow::lifted;
}

void apply(db::Tx& tx, World& world, const Caller& caller, Follow follow, const Account& stored, Instant at) {
    const Account before = settle_in(tx, world, caller, stored, at);
    if (before.stage == Stage::deprovisioned) return;
    Account after = before;
    after.holds.parent = follow == Follow::held;
    EventKind kind = follow == Follow::held ? EventKind::account_held : EventKind::account_lifted;
    if (follow == Follow::closed) {
        after = before;
        after.stage = Stage::deprovisioned;
        kind = EventKind::account_closed;
    }
    record_change(tx, world, caller, kind, before, after, at);
}

}  // namespace

void follow_parent(db::Tx& tx, World& world, const Caller& caller, const Account& before, const Account& after,
                   Instant at) {
    const Follow follow = what_follows(before, after);
    if (follow == Follow::nothing) return;
    std::int64_t last = 0;
    for (auto page = store::list_sub_accounts(tx, after.reseller_id, after.id, last, accounts_at_once); !page.empty();
         page = store::list_sub_accounts(tx, after.reseller_id, after.id, last, accounts_at_once)) {
        for (const auto& found : page) apply(tx, world, caller, follow, found.account, at);
        last = page.back().account.id;
    }
}
