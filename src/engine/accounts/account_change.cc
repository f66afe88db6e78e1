#include "engine/accounts/account_change.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/accounts/sub_accounts.h"
#include "engine/begin_event.h"
#include "store/accounts.h"
#include "store/events.h"

namespace {

std::string describe(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : ""; }

std::string describe(const Holds& holds) {
    std::string text;
    const auto add = [&](bool held, std::string_view name) {
        if (!held) return;
        if (!text.empty()) text += ',';
        text += name;
    };
    add(holds.ended, "ended");
    add(holds.administrative, "administrative");
    add(holds.credit, "credit");
    add(holds.parent, "parent");
    return text;
}

std::vector<Change> differences(const Account& before, const Account& after) {
    std::vector<Change> changes;
    const auto compare = [&](std::string_view field, std::string old_text, std::string new_text) {
        if (old_text != new_text) changes.push_back({std::string(field), std::move(old_text), std::move(new_text)});
    };
    compare("status", std::string(to_string(status_of(before))), std::string(to_string(status_of(after))));
    compare("holds", describe(before.holds), describe(after.holds));
    compare("type", std::string(to_string(before.type)), std::string(to_string(after.type)));
    compare("domain", before.domain, after.domain);
    compare("ends_at", describe(before.ends_at), describe(after.ends_at));
    compare("credit_hold_at", describe(before.credit_hold_at), describe(after.credit_hold_at));
    compare("deployed_members", std::to_string(before.deployed_members), std::to_string(after.deployed_members));
    compare("removed_at", describe(before.removed_at), describe(after.removed_at));
    if (before.stage != after.stage && status_of(before) == status_of(after))
        changes.push_back({"stage", std::string(to_string(before.stage)), std::string(to_string(after.stage))});
    if (before.activation_token != after.activation_token) changes.push_back({"activation_token", "", "reissued"});
    return changes;
}

Account freeze(Account account) {
    account.updated_at = *account.ends_at;
    account.holds.ended = true;
    return account;
}

Account hold_for_credit(Account account) {
    account.updated_at = *account.credit_hold_at;
    account.holds.credit = true;
    account.credit_hold_at.reset();
    return account;
}

Account close(Account account, const Reseller& reseller) {
    account.updated_at = *account.ends_at + reseller.grace;
    account.stage = Stage::deprovisioned;
    return account;
}

// When the end of the account freezes it, or its grace is over.
std::optional<Instant> next_end(const Account& account, const Reseller& reseller) {
    if (!account.ends_at) return std::nullopt;
    if (!account.holds.ended) return account.ends_at;
    if (reseller.end_action == EndAction::stay_frozen) return std::nullopt;
    return *account.ends_at + reseller.grace;
}

}  // namespace

std::optional<Instant> next_due(const Account& account, const Reseller& reseller) {
    if (account.removed_at || account.stage == Stage::deprovisioned) return std::nullopt;
    const auto end = next_end(account, reseller);
    if (!account.credit_hold_at) return end;
    return end ? std::min(*end, *account.credit_hold_at) : *account.credit_hold_at;
}

std::vector<Settled> settle(const Account& account, const Reseller& reseller, Instant now) {
    std::vector<Settled> steps;
    Account current = account;
    for (auto due = next_due(current, reseller); due && *due <= now; due = next_due(current, reseller)) {
        const EventKind kind = *due == current.credit_hold_at ? EventKind::account_held
                               : current.holds.ended          ? EventKind::account_closed
                                                              : EventKind::account_frozen;
        if (kind == EventKind::account_held)
            current = hold_for_credit(std::move(current));
        else if (kind == EventKind::account_closed)
            current = close(std::move(current), reseller);
        else
            current = freeze(std::move(current));
        ++current.version;
        steps.push_back({kind, current});
    }
    return steps;
}

Account settled(db::Tx& tx, Account account, const Reseller& reseller, Instant now) {
    return settled_by_clock(followed(tx, std::move(account), reseller), reseller, now);
}

Account settled_by_clock(Account account, const Reseller& reseller, Instant now) {
    if (!account.due_at || *account.due_at > now) return account;
    auto steps = settle(account, reseller, now);
    return steps.empty() ? account : std::move(steps.back().after);
}

namespace {

// The account and its event, which names the one before it.
void write_down(db::Tx& tx, World& world, const Caller& caller, EventKind kind, const Account& before, Account& after,
                Instant at, std::vector<Change> changes) {
    Event event = begin_event(world, caller, kind, at);
    event.reseller_id = after.reseller_id;
    event.account_id = after.id;
    if (before.last_event_id != 0) event.previous_id = before.last_event_id;
    event.changes = std::move(changes);
    after.version = before.version + 1;
    after.last_event_id = event.id;
    store::update_account(tx, after);
    store::append_event(tx, event);
}

}  // namespace

void record_change(db::Tx& tx, World& world, const Caller& caller, EventKind kind, const Account& before,
                   Account& after, Instant at, std::vector<Change> more) {
    std::vector<Change> changes = differences(before, after);
    std::move(more.begin(), more.end(), std::back_inserter(changes));
    if (changes.empty()) return;
    after.updated_at = at;
    after.due_at = next_due(after, caller.reseller);
    write_down(tx, world, caller, kind, before, after, at, std::move(changes));
    follow_parent(tx, world, caller, before, after, at);
}

void record_note(db::Tx& tx, World& world, const Caller& caller, const Account& before, Account& after) {
    write_down(tx, world, caller, EventKind::account_noted, before, after, world.now(caller.reseller), {});
}

Account settle_in(db::Tx& tx, World& world, const Caller& caller, Account account) {
    return settle_in(tx, world, caller, std::move(account), world.now(caller.reseller));
}

Account settle_in(db::Tx& tx, World& world, const Caller& caller, Account account, Instant until) {
    account = follow_now(tx, world, caller, std::move(account));
    return settle_alone_in(tx, world, caller, std::move(account), until);
}

Account settle_alone_in(db::Tx& tx, World& world, const Caller& caller, Account account, Instant until) {
    const Caller clock{.reseller = caller.reseller, .follows_later = caller.follows_later};
    for (Settled& step : settle(account, caller.reseller, until)) {
        record_change(tx, world, clock, step.kind, account, step.after, step.after.updated_at);
        account = std::move(step.after);
    }
    return account;
}

std::vector<Change> describe_opening(const Account& account) {
    std::vector<Change> changes = {
        {"uid", "", account.uid},
        {"type", "", std::string(to_string(account.type))},
        {"status", "", std::string(to_string(status_of(account)))},
    };
    if (!account.domain.empty()) changes.insert(changes.begin() + 2, {"domain", "", account.domain});
    if (account.ends_at) changes.push_back({"ends_at", "", describe(account.ends_at)});
    return changes;
}
