#include "engine/customers/reassess_class.h"

#include "engine/accounts/account_change.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/customers/credit.h"
#include "store/catalogue.h"
#include "store/customers.h"
#include "store/entry_uses.h"
#include "store/resellers.h"

namespace {

void judge(db::Tx& tx, World& world, const AccountClass& account_class, const store::AccountKey& key) {
    const auto reseller = store::find_reseller(tx, key.reseller_id);
    auto row = store::find_customer(tx, key.reseller_id, key.account_id);
    if (!reseller || !row || !row->profile) throw db::Broken("a profile without its account");
    const Caller clock{.reseller = *reseller};
    const Instant now = world.now(*reseller);
    const Account before = settle_in(tx, world, clock, row->account);
    if (before.stage == Stage::deprovisioned) return;
    Account after = before;
    apply_credit(after, *row->profile, account_class, now);
    const EventKind kind = after.holds.credit ? EventKind::account_held : EventKind::account_lifted;
    record_change(tx, world, clock, kind, before, after, now);
    store::update_profile(tx, *row->profile);
}

void judge_lot(db::Tx& tx, World& world, const AccountClass& account_class, std::int64_t after_id) {
    const int lot = accounts_at_once();
    const auto keys = store::list_accounts_below_zero(tx, account_class.reseller_id, account_class.id, after_id, lot);
    for (const store::AccountKey& key : keys)
        if (key.has_class) judge(tx, world, account_class, key);
    if (static_cast<int>(keys.size()) < lot)
        store::delete_class_judgement(tx, account_class.reseller_id, account_class.id);
    else
        store::put_class_judgement(tx, {account_class.reseller_id, account_class.id, keys.back().account_id});
}

}  // namespace

void judge_accounts_of_class(db::Tx& tx, World& world, const AccountClass& account_class) {
    judge_lot(tx, world, account_class, 0);
}

void judge_further(db::Tx& tx, World& world) {
    const auto judgement = store::find_class_judgement(tx);
    if (!judgement) return;
    const auto account_class = store::find_account_class(tx, judgement->reseller_id, judgement->account_class_id);
    if (account_class)
        judge_lot(tx, world, *account_class, judgement->through_id);
    else  // nothing judges its accounts any more
        store::delete_class_judgement(tx, judgement->reseller_id, judgement->account_class_id);
}
