#include "engine/accounts/close_account.h"

#include "engine/access/why.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/show_account.h"

Result<Account> close_account(db::Tx& tx, World& world, const Caller& caller, const NameAccount& command) {
    const Account before = settle_in(tx, world, caller, TRY(get_account(tx, caller, command.uid)));
    TRY(require_reason(tx, caller, "close", before));
    Account after = before;
    after.stage = Stage::deprovisioned;
    record_change(tx, world, caller, EventKind::account_closed, before, after, world.now(caller.reseller));
    return after;
}
