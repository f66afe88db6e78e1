#include "tests/sim/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/time.h"

namespace sim {
namespace {

constexpr auto sessions_last_for = std::chrono::minutes(240);

bool same_but_for_times(const Account& left, Account right) {
    right.updated_at = left.updated_at;
    right.due_at = left.due_at;
    right.version = left.version;
    right.last_event_id = left.last_event_id;
    return left == right;
}

std::string describe(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : "-"; }

std::string describe(const Account& account) {
    return fmt::format(
        "{} reseller {} uid {} {} {} stage {} holds {}{}{}{} members {} created {} updated {} ends {} due {} credit "
        "hold "
        "{} removed {} "
        "version {} token {} opened under {}",
        account.id, account.reseller_id, account.uid, to_string(account.type), account.domain, int(account.stage),
        account.holds.ended ? "E" : "", account.holds.administrative ? "A" : "", account.holds.credit ? "C" : "",
        account.holds.parent ? "P" : "", account.deployed_members, format_rfc3339(account.created_at),
        format_rfc3339(account.updated_at), describe(account.ends_at), describe(account.due_at),
        describe(account.credit_hold_at), describe(account.removed_at), account.version, account.activation_token,
        int(account.opened_under));
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

std::string describe(const Import& import) {
    return fmt::format("{} \"{}\" position {} opened {} refused {} finished {}", import.id, import.fingerprint,
                       import.position, import.opened, import.refused, import.finished_at.has_value());
}

std::string adopt_and_compare_imports(Model& model, const std::vector<Import>& rows) {
    if (rows.size() != model.imports.size())
        return fmt::format("there are {} imports, and should be {}", rows.size(), model.imports.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Import& expected = model.imports[i].import;
        if (expected.id == 0) expected.id = rows[i].id;
        if (describe(expected) != describe(rows[i]))
            return "an import is   " + describe(rows[i]) + "\nand should be  " + describe(expected);
    }
    return "";
}

std::string describe(const ModelEndpoint& endpoint) {
    std::string types;
    for (const std::string& type : endpoint.types) types += type + ' ';
    return fmt::format("{} reseller {} {} types {}{} version {}{}", endpoint.id, endpoint.reseller_id, endpoint.url,
                       types, endpoint.is_thin ? "thin" : "full", endpoint.version,
                       endpoint.has_replay ? ", replaying" : "");
}

std::string adopt_and_compare_endpoints(Model& model, const std::vector<WebhookEndpoint>& rows) {
    if (rows.size() != model.endpoints.size())
        return fmt::format("there are {} endpoints, and should be {}", rows.size(), model.endpoints.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ModelEndpoint& expected = model.endpoints[i];
        if (expected.id == 0) expected.id = rows[i].id;
        const ModelEndpoint actual{.id = rows[i].id,
                                   .reseller_id = rows[i].reseller_id,
                                   .url = rows[i].url,
                                   .types = rows[i].types,
                                   .is_thin = rows[i].payload == WebhookPayload::thin,
                                   .version = rows[i].version,
                                   .has_replay = rows[i].replay.has_value()};
        if (describe(expected) != describe(actual))
            return "an endpoint is " + describe(actual) + "\nand should be  " + describe(expected);
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

bool Model::is_valid(const ModelSession& session) const {
    const ModelToken& key = key_of(session);
    return is_valid(key) && now(key.reseller_id) < session.issued_at + sessions_last_for;
}

const ModelToken& Model::key_of(const ModelSession& session) const {
    return *std::ranges::find(keys, session.key, &ModelToken::secret);
}

const Plan* Model::find_plan(std::int64_t reseller_id, AccountType type, std::int64_t id) const {
    for (const Plan& plan : resellers.at(reseller_id).plans)
        if (plan.type == type && plan.id == id) return &plan;
    return nullptr;
}

std::vector<std::size_t> Model::sub_accounts(std::size_t parent) const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < accounts.size(); ++i)
        if (accounts[i].subscription.parent == parent && !accounts[i].account.removed_at) places.push_back(i);
    return places;
}

std::int64_t Model::count_open_sub_accounts(std::size_t parent) const {
    return std::ranges::count_if(sub_accounts(parent), [&](std::size_t i) { return !is_closed(accounts[i].account); });
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

Account Model::step(Account account, Instant due, Due& done) const {
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
    account.updated_at = due;
    account.due_at = next_due(account);
    ++account.version;
    return account;
}

Account Model::settled(Account account) const {
    Due uncounted;
    const Instant at = now(account.reseller_id);
    for (auto due = next_due(account); due && *due <= at; due = next_due(account))
        account = step(account, *due, uncounted);
    account.due_at = next_due(account);
    return account;
}

void Model::settle_until(std::size_t place, Instant until, Due& done) {
    follow_now(place);
    settle_alone_until(place, until, done);
}

void Model::settle_alone_until(std::size_t place, Instant until, Due& done) {
    const auto due_of = [&] { return next_due(accounts[place].account); };
    for (auto due = due_of(); due && *due <= until; due = due_of())
        write(place, step(accounts[place].account, *due, done), *due);
    accounts[place].account.due_at = due_of();
}

void Model::settle(std::size_t place, Due* counts) {
    Due uncounted;
    settle_until(place, now(accounts[place].account.reseller_id), counts ? *counts : uncounted);
}

// What falls due first is done first.
void Model::settle_all(std::int64_t reseller_id, Due* counts) {
    std::vector<std::size_t> due;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        Account& account = accounts[i].account;
        if (account.reseller_id != reseller_id) continue;
        account.due_at = next_due(account);
        if (account.due_at && *account.due_at <= now(reseller_id)) due.push_back(i);
    }
    std::ranges::stable_sort(due, {}, [&](std::size_t i) { return *accounts[i].account.due_at; });
    for (const std::size_t i : due) settle(i, counts);
}

void Model::keep_house() {
    for (const auto& [id, reseller] : resellers) settle_all(id);
    follow_rest();
    // For good: a clock that is set back does not bring them back.
    std::erase_if(answers, [&](const auto& known) { return known.second.expires_at <= now(known.second.reseller_id); });
}

void Model::change(std::size_t place, Account after, Instant at, bool more_differs) {
    if (same_but_for_times(accounts[place].account, after) && !more_differs) return;
    write(place, std::move(after), at);
}

void Model::write(std::size_t place, Account after, Instant at) {
    const Account before = accounts[place].account;
    after.updated_at = at;
    after.version = before.version + 1;
    after.due_at = next_due(after);
    accounts[place].account = std::move(after);
    follow(place, before, at);
}

// Whatever holds a Premium account holds those below it, and closing it closes them: a first lot, removed ones among
// them, at once.
void Model::follow(std::size_t parent, const Account& before, Instant at) {
    const Account after = accounts[parent].account;
    if (after.type != AccountType::family || is_closed(before)) return;
    if (!is_closed(after) && before.holds.any() == after.holds.any()) return;
    std::vector<Following>& chain = following_[parent];
    if (!is_closed(after)) chain.clear();
    chain.push_back({.closes = is_closed(after), .holds = after.holds.any(), .at = at});
    int done = 0;
    for (std::size_t place = 0; place < accounts.size() && done < accounts_in_a_lot; ++place) {
        if (accounts[place].subscription.parent != parent) continue;
        ++done;
        follow_now(place);
        for (Following& one : chain) one.through = std::max(one.through.value_or(place), place);
    }
    if (done < accounts_in_a_lot) following_.erase(parent);
}

void Model::follow_now(std::size_t place) {
    const auto parent = accounts[place].subscription.parent;
    const auto known = parent ? following_.find(*parent) : following_.end();
    if (known == following_.end()) return;
    for (const Following& one : known->second) {
        if (one.through && place <= *one.through) continue;
        if (is_closed(accounts[place].account)) return;
        Due uncounted;
        settle_alone_until(place, one.at, uncounted);
        Account account = accounts[place].account;
        if (is_closed(account)) return;
        if (one.closes)
            account.stage = Stage::deprovisioned;
        else
            account.holds.parent = one.holds;
        change(place, account, one.at);
    }
}

void Model::follow_rest() {
    for (std::size_t place = 0; place < accounts.size(); ++place) follow_now(place);
    following_.clear();
}

std::string adopt_and_compare(Model& model, const Rows& all) {
    const std::vector<Account>& rows = all.accounts;
    if (rows.size() != model.accounts.size())
        return fmt::format("there are {} accounts, and should be {}", rows.size(), model.accounts.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Account& expected = model.accounts[i].account;
        if (expected.id == 0) expected.id = rows[i].id;
        if (expected.uid.empty())
            expected.uid = expected.opened_under == Revision::signalmind ? rows[i].uid : std::to_string(expected.id);
        if (expected.domain.empty() && expected.opened_under == Revision::activeplatform)
            expected.domain = rows[i].domain;
        if (expected.activation_token.empty()) expected.activation_token = rows[i].activation_token;
        expected.last_event_id = rows[i].last_event_id;  // the chain of its events, which check_accounts() walks
        if (!(expected == rows[i]))
            return "an account is  " + describe(rows[i]) + "\nand should be  " + describe(expected);
    }
    std::string wrong = adopt_and_compare_imports(model, all.imports);
    if (wrong.empty()) wrong = adopt_and_compare_endpoints(model, all.endpoints);
    return wrong.empty() ? compare_resellers(model, all.resellers) : wrong;
}

}  // namespace sim
