// What ActivePlatform's managers do, and what happens to the money of the accounts that they open.

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

// As ActivePlatform's managers open them. A postpaid account may be below zero for a day, a prepaid one, down to 200,
// for three.
void open_customer(Simulation& sim) {
    if (is_full(sim)) return;
    const std::int64_t reseller_id = pick_reseller(sim);
    const bool is_prepaid = sim.random().chance(50);
    const std::string email = fmt::format("c{}@example.com", sim.random().bits() % 1'000'000'000);
    http::Request request{
        .method = post,
        .method_name = "POST",
        .target = fmt::format("/api/v3/resellers/{}/accounts", reseller_id),
        .headers = {{"X-Api-Token", "sandbox-manager"}, {"Content-Type", "application/vnd.api+json"}}};
    request.body = fmt::format(
        R"({{"data":{{"attributes":{{"account_type_id":1,"first_name":"Ada","last_name":"Lovelace","email":"{0}",)"
        R"("new_owner_first_name":"Ada","new_owner_last_name":"Lovelace","new_owner_email":"{0}",)"
        R"("account_class_key":"{1}","country":"BY","region":"Minsk","city":"Minsk","street":"Mira","building":"1",)"
        R"("zip":"220000","phone":"+375290000000"}}}}}})",
        email, is_prepaid ? "prepay" : "postpaytest");
    sim.change(std::move(request), [&](Model& model) -> Expected {
        const Instant now = model.now(reseller_id);
        ModelAccount opened{.account = {.reseller_id = reseller_id, .opened_under = Revision::activeplatform}};
        opened.account.created_at = opened.account.updated_at = now;
        opened.owner = email;
        opened.money = ModelMoney{.class_threshold = is_prepaid ? 200 : 0, .subzero_days = is_prepaid ? 3 : 1};
        model.accounts.push_back(opened);
        return {201};
    });
}

// Below the threshold at once, below zero after a while: the balance holds the account, and lifts it.
void judge(Account& account, ModelMoney& money, Instant now) {
    account.credit_hold_at.reset();
    account.holds.credit = false;
    if (money.balance >= 0) return money.below_zero_since.reset();
    if (!money.below_zero_since) money.below_zero_since = now;
    const Instant held_at = *money.below_zero_since + std::chrono::days(money.subzero_days);
    account.holds.credit = money.balance < -money.own_threshold.value_or(money.class_threshold) || held_at <= now;
    if (!account.holds.credit) account.credit_hold_at = held_at;
}

void adjust_balance(Simulation& sim) {
    std::optional<std::size_t> chosen;
    for (int i = 0; i < 5 && !(chosen && sim.model().accounts[*chosen].money); ++i) chosen = pick_account(sim);
    if (!chosen) return;
    const Account& picked = sim.model().accounts[*chosen].account;
    const std::int64_t amount = sim.random().between(-150, 150);
    std::string body = fmt::format(R"({{"amount":"{}")", amount);
    std::optional<std::optional<std::int64_t>> threshold;
    if (sim.random().chance(20))
        threshold = sim.random().chance(30) ? std::nullopt : std::optional(sim.random().below(300));
    if (threshold)
        body += *threshold ? fmt::format(R"(,"financial_blocking_threshold":"{}")", **threshold)
                           : R"(,"financial_blocking_threshold":null)";
    http::Request request =
        request_of(post, fmt::format("/admin/v1/resellers/{}/accounts/{}/balance", picked.reseller_id, picked.id), root,
                   body + "}");
    maybe_with_key(sim, request);
    sim.change(std::move(request), [&](Model& model) -> Expected {
        ModelAccount& known = model.accounts[*chosen];
        model.settle(*chosen);
        if (is_closed(known.account) || !known.money) return closed;
        ModelMoney money = *known.money;
        money.balance += amount;
        if (threshold) money.own_threshold = *threshold;
        const bool moves = money.balance != known.money->balance || money.own_threshold != known.money->own_threshold;
        Account after = known.account;
        const Instant now = model.now(after.reseller_id);
        judge(after, money, now);
        model.change(*chosen, after, now, moves);
        known.money = money;
        return {200};
    });
}

}  // namespace

std::vector<Command> activeplatform_commands() {
    return {
        {"open_customer", 7, open_customer},
        {"adjust_balance", 12, adjust_balance},
    };
}

}  // namespace sim
