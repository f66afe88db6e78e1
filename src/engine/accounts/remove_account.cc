#include "engine/accounts/remove_account.h"

#include "engine/access/why.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/show_account.h"

Result<Account> remove_account(db::Tx& tx, World& world, const Caller& caller, const RemoveAccount& command) {
    auto found = get_account(tx, caller, command.uid);
    if (!found.ok() && found.error().reason == Reason::gone)
        return Error{.reason = Reason::not_found,
                     .detail = "There is no such account.",
                     .opened_under = found.error().opened_under};
    const Account before = settle_in(tx, world, caller, TRY(std::move(found)));
    TRY(require_reason(tx, caller, "remove", before));
    const Instant now = world.now(caller.reseller);
    Account after = before;
    after.stage = Stage::deprovisioned;
    after.removed_at = now;
    record_change(tx, world, caller, EventKind::account_removed, before, after, now);
    return after;
}
