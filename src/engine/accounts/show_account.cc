#include "engine/accounts/show_account.h"

#include "engine/accounts/account_change.h"
#include "store/accounts.h"

Result<Account> get_account(db::Tx& tx, const Caller& caller, const std::string& uid) {
    if (auto account = store::find_account(tx, caller.reseller.id, uid)) return std::move(*account);
    if (const auto tombstone = store::find_removed_account(tx, caller.reseller.id, uid))
        return Error{
            .reason = Reason::gone, .detail = "The account has been removed.", .opened_under = tombstone->opened_under};
    return Error{Reason::not_found, "There is no such account."};
}

Result<Account> show_account(db::Tx& tx, World& world, const Caller& caller, const ShowAccount& command) {
    Account account = TRY(get_account(tx, caller, command.uid));
    return settled(tx, std::move(account), caller.reseller, world.now(caller.reseller));
}
