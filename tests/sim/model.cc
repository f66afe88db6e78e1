#include "tests/sim/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/time.h"

namespace sim {
namespace {

bool same_but_for_times(const Account& left, Account right) {
    right.updated_at = left.updated_at;
    right.due_at = left.due_at;
    right.version = left.version;
    return left == right;
}

std::string describe(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : "-"; }

std::string describe(const Account& account) {
    return fmt::format(
        "{} reseller {} uid {} {} {} stage {} holds {}{}{} members {} created {} updated {} ends {} due {} credit hold "
        "{} removed {} "
        "version {} token {} opened under {}",
        account.id, account.reseller_id, account.uid, to_string(account.type), account.domain, int(account.stage),
        account.holds.ended ? "E" : "", account.holds.administrative ? "A" : "", account.holds.credit ? "C" : "",
        account.deployed_members, format_rfc3339(account.created_at), format_rfc3339(account.updated_at),
        describe(account.ends_at), describe(account.due_at), describe(account.credit_hold_at),
        describe(account.removed_at), account.version, account.activation_token, int(account.opened_under));
}

std::string describe(const Reseller& reseller) {
    return fmt::format("{} below {} \"{}\" end action {} grace {} ms clock {} ms {} version {}", reseller.id,
                       reseller.parent_id.value_or(0), reseller.name, int(reseller.end_action), reseller.grace.count(),
                       reseller.clock.offset.count(), describe(reseller.clock.frozen_at), reseller.version);
}

std::string compare_resellers(const Model& model, const std::vector<Reseller>& resellers) {
    if (resellers.size() != model.resellers.size())
        return fmt::format("there are {} resellers, and should be {}", resellers.size(), model.resellers.size());
    for (const Reseller& actual : resellers) {
        const auto known = model.resellers.find(actual.id);
        if (known == model.resellers.end()) return "there should be no reseller " + describe(actual);
        if (describe(actual) != describe(known->second.reseller))
            return "a reseller is   " + describe(actual) + "\nand should be  " + describe(known->second.reseller);
    }
    return "";
}

}  // namespace

Instant Model::now(std::int64_t reseller_id) const {
    const Clock& clock = reseller(reseller_id).clock;
    return clock.frozen_at ? *clock.frozen_at : server_now + clock.offset;
}

std::optional<std::size_t> Model::find_living(std::int64_t reseller_id, const std::string& uid) const {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const Account& account = accounts[i].account;
        if (account.reseller_id == reseller_id && account.uid == uid && !account.removed_at) return i;
    }
    return std::nullopt;
}

bool Model::has_tombstone(std::int64_t reseller_id, const std::string& uid) const {
    for (const ModelAccount& known : accounts)
        if (known.account.reseller_id == reseller_id && known.account.uid == uid && known.account.removed_at)
            return true;
    return false;
}

bool Model::is_valid(const ModelToken& token) const {
    const Instant at = now(token.reseller_id);
    return (!token.expires_at || *token.expires_at > at) && (!token.revoked_at || *token.revoked_at > at);
}

std::optional<Instant> Model::next_due(const Account& account) const {
    if (account.removed_at || account.stage == Stage::deprovisioned) return std::nullopt;
    std::optional<Instant> due = account.credit_hold_at;
    const auto also = [&](Instant instant) { due = due ? std::min(*due, instant) : instant; };
    const Reseller& of = reseller_of(account);
    if (account.ends_at && !account.holds.ended) also(*account.ends_at);
    if (account.ends_at && account.holds.ended && of.end_action == EndAction::close) also(*account.ends_at + of.grace);
    return due;
}

Account Model::settled(Account account) const {
    const Account stored = account;
    settle(account);
    account.version = stored.version;
    return account;
}

void Model::settle(Account& account, Due* counts) const {
    Due uncounted;
    Due& done = counts ? *counts : uncounted;
    const Instant at = now(account.reseller_id);
    for (auto due = next_due(account); due && *due <= at; due = next_due(account)) {
        if (account.credit_hold_at == due) {
            account.holds.credit = true;
            account.credit_hold_at.reset();
            ++done.held;
        } else if (account.holds.ended) {
            account.stage = Stage::deprovisioned;
            ++done.closed;
        } else {
            account.holds.ended = true;
            ++done.frozen;
        }
        account.updated_at = *due;
        ++account.version;
    }
    account.due_at = next_due(account);
}

void Model::settle_all(std::int64_t reseller_id, Due* counts) {
    for (ModelAccount& known : accounts)
        if (known.account.reseller_id == reseller_id) settle(known.account, counts);
}

void Model::keep_house() {
    for (const auto& [id, reseller] : resellers) settle_all(id);
    // For good: a clock that is set back does not bring them back.
    std::erase_if(answers, [&](const auto& known) { return known.second.expires_at <= now(known.second.reseller_id); });
}

void Model::change(Account& stored, Account after, Instant at, bool more_differs) const {
    if (same_but_for_times(stored, after) && !more_differs) return;
    after.updated_at = at;
    after.version = stored.version + 1;
    after.due_at = next_due(after);
    stored = std::move(after);
}

std::string adopt_and_compare(Model& model, const std::vector<Account>& rows, const std::vector<Reseller>& resellers) {
    if (rows.size() != model.accounts.size())
        return fmt::format("there are {} accounts, and should be {}", rows.size(), model.accounts.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Account& expected = model.accounts[i].account;
        if (expected.id == 0) expected.id = rows[i].id;
        if (expected.uid.empty()) expected.uid = std::to_string(expected.id);
        if (expected.domain.empty()) expected.domain = rows[i].domain;
        if (expected.activation_token.empty()) expected.activation_token = rows[i].activation_token;
        if (!(expected == rows[i]))
            return "an account is  " + describe(rows[i]) + "\nand should be  " + describe(expected);
    }
    return compare_resellers(model, resellers);
}

}  // namespace sim
