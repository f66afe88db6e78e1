#include "engine/accounts/hold_account.h"

#include "engine/access/why.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/activation_token.h"
#include "engine/accounts/show_account.h"

namespace {

Result<Account> get_open_account(db::Tx& tx, World& world, const Caller& caller, const std::string& uid) {
    Account account = settle_in(tx, world, caller, TRY(get_account(tx, caller, uid)));
    if (account.stage == Stage::deprovisioned)
        return Error{Reason::conflict, "The account is closed.", {{"status", Rule::closed, ""}}, account.opened_under};
    return account;
}

Error refuse_stage(const Account& account, Rule rule, std::string detail) {
    return {Reason::conflict, std::move(detail), {{"status", rule, ""}}, account.opened_under};
}

Result<Account> set_administrative_hold(db::Tx& tx, World& world, const Caller& caller, const std::string& uid,
                                        bool held) {
    const Account before = TRY(get_open_account(tx, world, caller, uid));
    if (held) TRY(require_reason(tx, caller, "hold", before));
    Account after = before;
    after.holds.administrative = held;
    record_change(tx, world, caller, held ? EventKind::account_held : EventKind::account_lifted, before, after,
                  world.now(caller.reseller));
    return after;
}

}  // namespace

Result<Account> hold_account(db::Tx& tx, World& world, const Caller& caller, const NameAccount& command) {
    return set_administrative_hold(tx, world, caller, command.uid, true);
}

Result<Account> lift_account(db::Tx& tx, World& world, const Caller& caller, const NameAccount& command) {
    return set_administrative_hold(tx, world, caller, command.uid, false);
}

Result<Account> reissue_token(db::Tx& tx, World& world, const Caller& caller, const NameAccount& command) {
    const Account before = TRY(get_open_account(tx, world, caller, command.uid));
    if (before.stage != Stage::entitled) return refuse_stage(before, Rule::redeemed, "The token has been redeemed.");
    Account after = before;
    after.activation_token = new_activation_token(world, before);
    record_change(tx, world, caller, EventKind::account_token_reissued, before, after, world.now(caller.reseller));
    return after;
}

Result<Account> report_members(db::Tx& tx, World& world, const Caller& caller, const ReportMembers& command) {
    if (command.deployed_members < 0)
        return Error{
            Reason::invalid, "The number of members may not be negative.", {{"deployed_members", Rule::negative, ""}}};
    const Account before = TRY(get_open_account(tx, world, caller, command.uid));
    if (before.stage == Stage::entitled)
        return refuse_stage(before, Rule::not_redeemed, "The customer has not redeemed the token yet.");
    Account after = before;
    after.deployed_members = command.deployed_members;
    const bool activates = before.stage == Stage::provisioned && command.deployed_members > 0;
    if (activates) after.stage = Stage::activated;
    record_change(tx, world, caller, activates ? EventKind::account_activated : EventKind::account_members_reported,
                  before, after, world.now(caller.reseller));
    return after;
}
