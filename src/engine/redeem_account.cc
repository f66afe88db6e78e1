#include "engine/redeem_account.h"

#include "engine/account_change.h"
#include "engine/activation_token.h"
#include "store/resellers.h"

namespace {

struct Redeemable {
    Account account;
    Reseller reseller;
};

Result<Redeemable> get_redeemable(db::Tx& tx, World& world, const RedeemAccount& command) {
    const Error refusal{Reason::not_found, "This link cannot be used."};
    auto account = find_account_by_token(tx, world, command.token);
    if (!account) return refusal;
    auto reseller = store::find_reseller(tx, account->reseller_id);
    if (!reseller) throw db::Broken("an account without a reseller");
    const Account current = settled(*account, *reseller, world.now(*reseller));
    const bool usable = !current.removed_at && status_of(current) == AccountStatus::entitled &&
                        current.type == command.type && (!command.domain || *command.domain == current.domain);
    if (!usable) return refusal;
    return Redeemable{std::move(*account), std::move(*reseller)};
}

}  // namespace

Result<Account> show_redeemable_account(db::Tx& tx, World& world, const RedeemAccount& command) {
    return TRY(get_redeemable(tx, world, command)).account;
}

Result<Account> redeem_account(db::Tx& tx, World& world, const std::string& request_id, const RedeemAccount& command) {
    const Redeemable found = TRY(get_redeemable(tx, world, command));
    const Caller customer{.reseller = found.reseller, .request_id = request_id};
    Account after = found.account;
    after.stage = Stage::provisioned;
    record_change(tx, world, customer, EventKind::account_redeemed, found.account, after, world.now(found.reseller));
    return after;
}
