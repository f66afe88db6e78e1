#include "engine/accounts/sub_accounts.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "engine/accounts/account_change.h"
#include "store/accounts.h"
#include "store/parent_changes.h"
#include "store/resellers.h"

namespace {

std::atomic<int> lot_size = 100;

std::optional<Follow> what_follows(const Account& before, const Account& after) {
    if (after.type != AccountType::family || before.stage == Stage::deprovisioned) return std::nullopt;
    if (after.stage == Stage::deprovisioned) return Follow::closed;
    if (before.holds.any() == after.holds.any()) return std::nullopt;
    return after.holds.any() ? Follow::held : Follow::lifted;
}

EventKind kind_of(Follow follow) {
    switch (follow) {
    case Follow::held: return EventKind::account_held;
    case Follow::lifted: return EventKind::account_lifted;
    case Follow::closed: break;
    }
    return EventKind::account_closed;
}

Account apply(Account account, Follow follow) {
    if (account.stage == Stage::deprovisioned) return account;
    if (follow == Follow::closed)
        account.stage = Stage::deprovisioned;
    else
        account.holds.parent = follow == Follow::held;
    return account;
}

Caller caller_of(const Reseller& reseller, const ParentChange& change) {
    return {.reseller = reseller,
            .credential_id = change.credential_id,
            .request_id = change.request_id,
            .trace = change.trace,
            .actor = change.actor,
            .api = change.api,
            .remote_address = change.remote_address,
            .why = change.why};
}

// What the clock had done to it by then comes first.
Account write_following(db::Tx& tx, World& world, const Reseller& reseller, const ParentChange& change,
                        const Account& stored) {
    const Caller caller = caller_of(reseller, change);
    const Account before = settle_alone_in(tx, world, caller, stored, change.at);
    Account after = apply(before, change.follows);
    record_change(tx, world, caller, kind_of(change.follows), before, after, change.at);
    return after;
}

// Of one parent, in order. Moves through_id of each along. False: that were all.
using Chain = std::vector<ParentChange>;

bool follow_lot(db::Tx& tx, World& world, const Reseller& reseller, Chain& chain) {
    const int lot = accounts_at_once();
    const ParentChange& last = chain.back();
    const auto ids = store::list_sub_account_ids(tx, last.reseller_id, last.parent_id, last.through_id, lot);
    for (const std::int64_t id : ids) {
        auto account = store::find_account_by_id(tx, last.reseller_id, id);
        const bool follows = account && !account->removed_at;
        for (ParentChange& change : chain) {
            if (follows && change.through_id < id) account = write_following(tx, world, reseller, change, *account);
            change.through_id = std::max(change.through_id, id);
        }
    }
    return static_cast<int>(ids.size()) == lot;
}

void keep_rest(db::Tx& tx, const Chain& chain, bool has_more) {
    store::delete_parent_changes(tx, chain.back().reseller_id, chain.back().parent_id);
    if (!has_more) return;
    for (const ParentChange& change : chain) store::insert_parent_change(tx, change);
}

// Of what has just begun: whether anything is left.
bool begin_to_follow(db::Tx& tx, World& world, const Caller& caller, Chain& chain) {
    if (!caller.follows_later) return follow_lot(tx, world, caller.reseller, chain);
    const ParentChange& last = chain.back();
    return !store::list_sub_account_ids(tx, last.reseller_id, last.parent_id, last.through_id, 1).empty();
}

}  // namespace

bool may_have_parent(const Account& account) {
    return account.type == AccountType::individual && account.stage != Stage::deprovisioned;
}

int accounts_at_once() { return lot_size; }

void set_accounts_at_once(int number) { lot_size = number; }

void follow_parent(db::Tx& tx, World& world, const Caller& caller, const Account& before, const Account& after,
                   Instant at) {
    const auto follow = what_follows(before, after);
    if (!follow) return;
    // A hold and its end overtake what is left of those before. The close comes after it: there is only one.
    Chain chain;
    if (*follow == Follow::closed) chain = store::list_parent_changes(tx, after.reseller_id, after.id);
    chain.push_back({.reseller_id = after.reseller_id,
                     .parent_id = after.id,
                     .follows = *follow,
                     .at = at,
                     .credential_id = caller.credential_id,
                     .request_id = caller.request_id,
                     .trace = caller.trace,
                     .actor = caller.actor,
                     .api = caller.api,
                     .remote_address = caller.remote_address,
                     .why = caller.why});
    const bool has_more = begin_to_follow(tx, world, caller, chain);
    keep_rest(tx, chain, has_more);
}

bool follow_further(db::Tx& tx, World& world, std::int64_t reseller_id, std::int64_t parent_id) {
    Chain chain = store::list_parent_changes(tx, reseller_id, parent_id);
    if (chain.empty()) return false;
    const auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller) throw db::Broken("a change of a parent without a reseller");
    const bool has_more = follow_lot(tx, world, *reseller, chain);
    keep_rest(tx, chain, has_more);
    return has_more;
}

Account followed(db::Tx& tx, Account account, const Reseller& reseller) {
    if (!may_have_parent(account)) return account;
    for (const ParentChange& change : store::list_parent_changes_for(tx, account.reseller_id, account.id)) {
        auto steps = settle(account, reseller, change.at);
        if (!steps.empty()) account = std::move(steps.back().after);
        Account after = apply(account, change.follows);
        if (after != account) {
            after.updated_at = change.at;
            ++after.version;
        }
        if (after != account || !steps.empty()) after.due_at = next_due(after, reseller);
        account = std::move(after);
    }
    return account;
}

Account follow_now(db::Tx& tx, World& world, const Caller& caller, Account account) {
    if (!may_have_parent(account)) return account;
    for (const ParentChange& change : store::list_parent_changes_for(tx, account.reseller_id, account.id))
        account = write_following(tx, world, caller.reseller, change, account);
    return account;
}
