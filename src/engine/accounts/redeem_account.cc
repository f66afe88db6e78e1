#include "engine/accounts/redeem_account.h"

#include <algorithm>

#include "engine/access/reach.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/activation_token.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/email.h"
#include "engine/field_errors.h"
#include "store/accounts.h"
#include "store/parent_changes.h"
#include "store/resellers.h"
#include "store/users.h"

namespace {

const Error useless_link{Reason::not_found, "This link cannot be used."};

struct Found {
    Redeemable redeemable;  // the account as it stands now
    Account stored;
    bool is_done = false;  // by the same person
};

// Every step is taken whatever the earlier ones have found.
Result<Found> find(db::Tx& tx, World& world, const RedeemAccount& command) {
    const auto reference = open_activation_token(world, command.token).value_or(Reference{});
    auto account = store::find_account_by_id(tx, reference.reseller_id, reference.account_id);
    const bool is_current = account && equal_in_constant_time(account->activation_token, command.token);
    auto reseller = store::find_reseller(tx, account ? account->reseller_id : 0);
    const auto owner = store::find_owner(tx, reference.reseller_id, reference.account_id);
    // settled() asks this for those that may have a parent.
    if (!is_current || !reseller || !may_have_parent(*account))
        store::list_parent_changes_for(tx, reference.reseller_id, reference.account_id);
    if (!is_current || !reseller) return useless_link;

    const Account now = settled(tx, *account, *reseller, world.now(*reseller));
    const bool is_meant = !now.removed_at && (!command.type || now.type == *command.type) &&
                          (!command.domain || *command.domain == now.domain);
    const AccountStatus status = status_of(now);
    const bool is_done = (status == AccountStatus::provisioned || status == AccountStatus::activated) && owner &&
                         command.email && email_key(owner->email) == email_key(*command.email);
    if (!is_meant || (status != AccountStatus::entitled && !is_done)) return useless_link;
    return Found{{now, std::move(*reseller)}, std::move(*account), is_done};
}

User find_or_add_user(db::Tx& tx, World& world, const Redeemable& found, const std::string& email) {
    if (auto known = store::find_user(tx, found.reseller.id, email_key(email))) return std::move(*known);
    const User user{.reseller_id = found.reseller.id,
                    .id = world.new_id(),
                    .email = email,
                    .created_at = world.now(found.reseller)};
    store::insert_user(tx, user, email_key(email));
    return user;
}

// The account's owner; where it has one from elsewhere, one of its users. Says which.
std::string attach(db::Tx& tx, World& world, const Redeemable& found, const std::string& email) {
    const User user = find_or_add_user(tx, world, found, email);
    const auto owner = store::find_owner(tx, found.reseller.id, found.account.id);
    if (owner && owner->id == user.id) return "owner";
    store::attach_user(tx, user, found.account.id, owner ? UserLevel::user : UserLevel::owner,
                       world.now(found.reseller));
    return owner ? "user" : "owner";
}

// `who` has the credential and the request's id; the reseller is the account's.
Result<Account> redeem(db::Tx& tx, World& world, Caller who, const RedeemAccount& command, Found found) {
    if (found.is_done) return found.redeemable.account;
    if (command.email && !is_email(*command.email))
        return refuse("email", Rule::bad_format, "This is no e-mail address.");
    who.reseller = found.redeemable.reseller;
    std::vector<Change> more;
    if (command.email) {
        const std::string level = attach(tx, world, found.redeemable, *command.email);
        more = {{level, "", *command.email}, {"has_account", "", command.has_account ? "true" : "false"}};
    }
    const Account before = settle_in(tx, world, who, std::move(found.stored));
    Account after = before;
    after.stage = Stage::provisioned;
    record_change(tx, world, who, EventKind::account_redeemed, before, after, world.now(who.reseller), std::move(more));
    return after;
}

Result<Found> find_in_reach(db::Tx& tx, World& world, const Caller& caller, const RedeemAccount& command) {
    Found found = TRY(find(tx, world, command));
    if (!reaches(caller, found.redeemable.reseller.id)) return useless_link;
    return found;
}

}  // namespace

Result<Redeemable> show_redeemable(db::Tx& tx, World& world, const RedeemAccount& command) {
    return TRY(find(tx, world, command)).redeemable;
}

Result<Account> show_redeemable_account(db::Tx& tx, World& world, const RedeemAccount& command) {
    return TRY(find(tx, world, command)).redeemable.account;
}

Result<Account> redeem_account(db::Tx& tx, World& world, Caller visitor, const RedeemAccount& command) {
    visitor.actor = {.kind = ActorKind::customer};
    return redeem(tx, world, std::move(visitor), command, TRY(find(tx, world, command)));
}

Result<Redeemable> show_redeemable_for(db::Tx& tx, World& world, const Caller& caller, const RedeemAccount& command) {
    return TRY(find_in_reach(tx, world, caller, command)).redeemable;
}

Result<AccountDetails> redeem_account_for(db::Tx& tx, World& world, const Caller& caller,
                                          const RedeemAccount& command) {
    Account account = TRY(redeem(tx, world, caller, command, TRY(find_in_reach(tx, world, caller, command))));
    auto owner = store::find_owner(tx, account.reseller_id, account.id);
    return AccountDetails{std::move(account), std::move(owner)};
}
