#include "engine/accounts/move_end_date.h"

#include "engine/access/why.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/show_account.h"

Result<Account> move_end_date(db::Tx& tx, World& world, const Caller& caller, const MoveEndDate& command) {
    const Instant now = world.now(caller.reseller);
    const Account before = settle_in(tx, world, caller, TRY(get_account(tx, caller, command.uid)));
    if (before.stage == Stage::deprovisioned)
        return Error{Reason::conflict, "The account is closed.", {{"status", Rule::closed, ""}}, before.opened_under};
    if (command.ends_at && *command.ends_at <= now)
        return Error{Reason::invalid,
                     "The end date may not lie in the past.",
                     {{"ends_at", Rule::in_past, ""}},
                     before.opened_under};
    TRY(require_reason(tx, caller, "redate", before));

    Account after = before;
    after.ends_at = command.ends_at;
    after.holds.ended = false;
    const EventKind kind = before.holds.ended ? EventKind::account_thawed : EventKind::account_end_date_moved;
    record_change(tx, world, caller, kind, before, after, now);
    return after;
}
