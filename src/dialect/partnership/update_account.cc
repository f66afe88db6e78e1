#include "dialect/partnership/update_account.h"

#include "dialect/partnership/revision.h"
#include "engine/accounts/move_end_date.h"
#include "engine/accounts/show_account.h"

namespace partnership {

Result<Account> update_account(db::Tx& tx, World& world, const Caller& caller, const UpdateAccount& command) {
    const MoveEndDate move{.uid = command.uid, .ends_at = command.ends_at};
    if (command.ends_at) return move_end_date(tx, world, caller, move);

    Result<Account> found = show_account(tx, world, caller, {command.uid});
    if (command.refusal && (found.ok() || command.refusal->reason == Reason::malformed)) {
        Error refusal = *command.refusal;
        refusal.opened_under = found.ok() ? found.value().opened_under : found.error().opened_under;
        return refusal;
    }
    const Account account = TRY(std::move(found));
    const Revision revision = choose_revision(command.revision, account.opened_under, command.fallback);
    const bool is_reference = revision == Revision::partnership_reference;
    if (is_reference && !command.names_ends_at)
        return Error{Reason::invalid, "ends_at is required.", {{"ends_at", Rule::required, ""}}, account.opened_under};
    if (!is_reference && command.names_ends_at)
        return Error{
            Reason::invalid, "ends_at is no date-time.", {{"ends_at", Rule::bad_format, ""}}, account.opened_under};
    if (!is_reference) return account;
    return move_end_date(tx, world, caller, move);
}

}  // namespace partnership
