// What an operator does to accounts.

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

void open_as_operator(Simulation& sim) {
    if (is_full(sim)) return;
    const std::int64_t reseller_id = pick_reseller(sim);
    const std::string uid = pick_uid(sim), domain = pick_domain(sim);
    const AccountType type = sim.random().pick({AccountType::individual, AccountType::family});
    std::optional<Instant> ends_at;
    if (sim.random().chance(70)) ends_at = pick_end(sim, reseller_id);
    std::string body = fmt::format(R"({{"uid":"{}","type":"{}","domain":"{}")", uid, to_string(type), domain);
    if (ends_at) body += fmt::format(R"(,"ends_at":"{}")", format_rfc3339(*ends_at));
    http::Request request =
        request_of(post, fmt::format("/admin/v1/resellers/{}/accounts", reseller_id), root, body + "}");
    maybe_with_key(sim, request);
    sim.change(std::move(request),
               [&](Model& model) { return open(model, reseller_id, uid, type, domain, ends_at, Revision::admin); });
}

using Act = std::function<Expected(const Model&, Account&)>;

// By id, within the transaction of the clock's own doings.
void operate(Simulation& sim, http::Method method, const std::string& path, const std::string& body, const Act& act) {
    const auto chosen = pick_account(sim);
    if (!chosen) return;
    const Account& picked = sim.model().accounts[*chosen].account;
    std::optional<std::int64_t> version;
    if (sim.random().chance(30)) version = std::max<std::int64_t>(1, picked.version - sim.random().below(2));
    http::Request request = request_of(method, fmt::format("/admin/v1/accounts/{}{}", picked.id, path), root, body);
    if (version) request.headers.add("If-Match", fmt::format("\"{}\"", *version));
    sim.change(std::move(request), [&](Model& model) -> Expected {
        const Account& stored = model.accounts[*chosen].account;
        if (stored.removed_at) return {410, "gone"};
        if (version && *version != model.settled(stored).version) return {412, "stale"};
        model.settle(*chosen);
        Account after = stored;
        Expected expected = act(model, after);
        if (!expected.is_accepted()) return expected;
        model.change(*chosen, after, model.now(after.reseller_id));
        if (expected.status == 200) expected.account = chosen;
        return expected;
    });
}

void move_end(Simulation& sim) {
    const std::int64_t reseller_id = pick_reseller(sim);  // whose clock the date is near
    std::optional<Instant> ends_at;
    if (!sim.random().chance(25)) ends_at = pick_end(sim, reseller_id);
    const std::string body =
        ends_at ? fmt::format(R"({{"ends_at":"{}"}})", format_rfc3339(*ends_at)) : R"({"ends_at":null})";
    operate(sim, patch, "", body, [&](const Model& model, Account& account) -> Expected {
        if (is_closed(account)) return closed;
        if (ends_at && *ends_at <= model.now(account.reseller_id)) return {422, "invalid"};
        account.ends_at = ends_at;
        account.holds.ended = false;
        return {200};
    });
}

void hold(Simulation& sim) {
    const bool holds = sim.random().chance(50);
    operate(sim, post, holds ? "/hold" : "/lift", "", [&](const Model&, Account& account) -> Expected {
        if (is_closed(account)) return closed;
        account.holds.administrative = holds;
        return {200};
    });
}

void close(Simulation& sim) {
    operate(sim, post, "/close", "", [](const Model&, Account& account) -> Expected {
        account.stage = Stage::deprovisioned;
        return {200};
    });
}

void remove(Simulation& sim) {
    operate(sim, delete_, "", "", [](const Model& model, Account& account) -> Expected {
        account.stage = Stage::deprovisioned;
        account.removed_at = model.now(account.reseller_id);
        return {204};
    });
}

void reissue_token(Simulation& sim) {
    operate(sim, post, "/reissue-token", "", [](const Model&, Account& account) -> Expected {
        if (is_closed(account) || account.stage != Stage::entitled) return closed;
        account.activation_token.clear();  // another one
        return {200};
    });
}

void report_members(Simulation& sim) {
    const std::int64_t members = sim.random().between(-1, 5);
    const std::string body = fmt::format(R"({{"deployed_members":{}}})", members);
    operate(sim, post, "/members", body, [&](const Model&, Account& account) -> Expected {
        if (members < 0) return {422, "invalid"};
        if (is_closed(account) || account.stage == Stage::entitled) return closed;
        account.deployed_members = members;
        if (account.stage == Stage::provisioned && members > 0) account.stage = Stage::activated;
        return {200};
    });
}

void redeem(Simulation& sim) {
    const auto chosen = pick_account(sim);
    if (!chosen) return;
    const Account picked = sim.model().accounts[*chosen].account;
    std::optional<AccountType> type;
    if (sim.random().chance(70)) type = sim.random().chance(90) ? picked.type : AccountType::family;
    std::optional<std::string> email;
    if (sim.random().chance(60)) email = fmt::format("p{}@example.com", sim.random().below(4));
    std::string body = fmt::format(R"({{"token":"{}")", picked.activation_token);
    if (type) body += fmt::format(R"(,"type":"{}")", to_string(*type));
    if (email) body += fmt::format(R"(,"email":"{}")", *email);
    http::Request request = request_of(post, "/admin/v1/redemptions", root, body + "}");
    maybe_with_key(sim, request);
    sim.change(std::move(request), [&](Model& model) -> Expected {
        ModelAccount& known = model.accounts[*chosen];
        const AccountStatus status = status_of(model.settled(known.account));
        const bool was_redeemed = status == AccountStatus::provisioned || status == AccountStatus::activated;
        if (known.account.removed_at || (type && *type != picked.type)) return {404, "not_found"};
        if (was_redeemed && email && known.owner == email) return {.status = 200, .account = chosen};
        if (status != AccountStatus::entitled) return {404, "not_found"};
        Account after = known.account;
        after.stage = Stage::provisioned;
        model.change(*chosen, after, model.now(picked.reseller_id));
        if (email && !known.owner) known.owner = email;
        if (email) known.users.insert(*email);
        return {.status = 200, .account = chosen};
    });
}

// --- reading ---

void show(Simulation& sim) {
    const auto chosen = pick_account(sim);
    if (!chosen) return;
    const std::int64_t id = sim.model().accounts[*chosen].account.id;
    const auto response = sim.look(request_of(get, fmt::format("/admin/v1/accounts/{}", id), root));
    sim.expect({.status = 200, .account = chosen}, response);
}

}  // namespace

std::vector<Command> account_commands() {
    return {
        {"open_as_operator", 12, open_as_operator},
        {"move_end", 10, move_end},
        {"hold", 7, hold},
        {"close", 2, close},
        {"remove", 4, remove},
        {"reissue_token", 3, reissue_token},
        {"report_members", 6, report_members},
        {"redeem", 10, redeem},
        {"show", 6, show},
    };
}

}  // namespace sim
