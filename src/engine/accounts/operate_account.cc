#include "engine/accounts/operate_account.h"

#include "engine/access/reach.h"
#include "engine/access/why.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/close_account.h"
#include "engine/accounts/hold_account.h"
#include "engine/accounts/move_end_date.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/show_account.h"
#include "store/users.h"

AccountDetails with_owner(db::Tx& tx, Account account) {
    auto owner = store::find_owner(tx, account.reseller_id, account.id);
    return {std::move(account), std::move(owner)};
}

namespace {

Result<Caller> act_with_reason(db::Tx& tx, const Caller& caller, std::int64_t reseller_id, const Why& why) {
    Caller acting = TRY(act_for(tx, caller, reseller_id));
    TRY(add_why(tx, acting, why));
    return acting;
}

// Among a reseller's accounts that have not been removed the uid names one alone: the operations by uid do the rest.
template <class Operate>
Result<AccountDetails> operate(db::Tx& tx, const Caller& caller, const OperateAccount& command, Operate operation) {
    const Account account = TRY(get_account_by_id(tx, caller, command.account_id));
    if (account.removed_at) return Error{Reason::gone, "The account has been removed."};
    const Caller acting = TRY(act_with_reason(tx, caller, account.reseller_id, command.why));
    Account after = TRY(operation(acting, account.uid));
    return with_owner(tx, std::move(after));
}

}  // namespace

Result<AccountDetails> show_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                          const ShowAccountById& command) {
    Account account = TRY(get_account_by_id(tx, caller, command.account_id));
    const Caller acting = TRY(act_for(tx, caller, account.reseller_id));
    return with_owner(tx, settled(tx, std::move(account), acting.reseller, world.now(acting.reseller)));
}

Result<AccountDetails> show_account_by_uid(db::Tx& tx, World& world, const Caller& caller,
                                           const ShowAccountByUid& command) {
    const Caller acting = TRY(act_for(tx, caller, command.reseller_id));
    return with_owner(tx, TRY(show_account(tx, world, acting, {command.uid})));
}

Result<AccountDetails> open_account_for(db::Tx& tx, World& world, const Caller& caller, const OpenAccountFor& command) {
    const Caller acting = TRY(act_with_reason(tx, caller, command.reseller_id, command.why));
    return AccountDetails{TRY(open_account(tx, world, acting, command.open)), std::nullopt};
}

Result<AccountDetails> move_end_date_by_id(db::Tx& tx, World& world, const Caller& caller,
                                           const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return move_end_date(tx, world, acting, {.uid = uid, .ends_at = command.ends_at});
    });
}

Result<AccountDetails> hold_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                          const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return hold_account(tx, world, acting, {uid});
    });
}

Result<AccountDetails> lift_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                          const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return lift_account(tx, world, acting, {uid});
    });
}

Result<AccountDetails> close_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                           const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return close_account(tx, world, acting, {uid});
    });
}

Result<AccountDetails> remove_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                            const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return remove_account(tx, world, acting, {uid});
    });
}

Result<AccountDetails> reissue_token_by_id(db::Tx& tx, World& world, const Caller& caller,
                                           const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return reissue_token(tx, world, acting, {uid});
    });
}

Result<AccountDetails> report_members_by_id(db::Tx& tx, World& world, const Caller& caller,
                                            const OperateAccount& command) {
    return operate(tx, caller, command, [&](const Caller& acting, const std::string& uid) {
        return report_members(tx, world, acting, {.uid = uid, .deployed_members = command.deployed_members});
    });
}

Result<AccountDetails> note_account_by_id(db::Tx& tx, World& world, const Caller& caller,
                                          const OperateAccount& command) {
    const Account found = TRY(get_account_by_id(tx, caller, command.account_id));
    const Caller acting = TRY(act_with_reason(tx, caller, found.reseller_id, command.why));
    if (acting.why.comment.empty())
        return Error{Reason::invalid, "A note needs a comment.", {{"comment", Rule::required, "It must be there."}}};
    const Account before = settle_in(tx, world, acting, found);
    Account after = before;
    record_note(tx, world, acting, before, after);
    return with_owner(tx, std::move(after));
}
