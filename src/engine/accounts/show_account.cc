#include "engine/accounts/show_account.h"

#include "engine/accounts/account_change.h"
#include "store/accounts.h"

namespace {

Error why_missing(db::Tx& tx, const Caller& caller, const std::string& uid) {
    if (const auto tombstone = store::find_removed_account(tx, caller.reseller.id, uid))
        return {
            .reason = Reason::gone, .detail = "The account has been removed.", .opened_under = tombstone->opened_under};
    return {Reason::not_found, "There is no such account."};
}

}  // namespace

Result<Account> get_account(db::Tx& tx, const Caller& caller, const std::string& uid) {
    if (auto account = store::find_account(tx, caller.reseller.id, uid)) return std::move(*account);
    return why_missing(tx, caller, uid);
}

Result<Account> show_account(db::Tx& tx, World& world, const Caller& caller, const ShowAccount& command) {
    auto found = store::find_account_to_show(tx, caller.reseller.id, command.uid);
    if (!found) return why_missing(tx, caller, command.uid);
    const Instant now = world.now(caller.reseller);
    if (!found->may_have_to_follow) return settled_by_clock(std::move(found->account), caller.reseller, now);
    return settled(tx, std::move(found->account), caller.reseller, now);
}
