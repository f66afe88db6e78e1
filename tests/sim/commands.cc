// What may happen. A row more is a command more; the others need not know of it.

#include "tests/sim/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sim {
namespace {

using std::chrono::hours;
using enum http::Method;

std::size_t count_living(const Model& model) {
    return std::size_t(std::ranges::count_if(model.accounts, [](const auto& it) {
        return !it.account.removed_at && it.account.opened_under != Revision::signalmind;
    }));
}

void repeat_with_key(Simulation& sim) {
    const auto& answers = sim.model().answers;
    if (answers.empty()) return;
    auto chosen = answers.begin();
    std::advance(chosen, sim.random().below(std::int64_t(answers.size())));
    http::Request request = chosen->second.request;
    // Beyond its time it would be a request like any other, which other commands make.
    if (sim.model().now(chosen->second.reseller_id) >= chosen->second.expires_at) return;
    if (!sim.is_heard(request)) return;
    // Where a password is replaced by its hash, the body is written anew.
    if (request.body.find("Password") == std::string::npos && sim.random().chance(20)) request.body.insert(1, " ");
    sim.change(std::move(request), [](Model&) -> Expected { throw Violation("a key has been forgotten"); });
}

// --- time ---

void move_clock(Simulation& sim) {
    const std::int64_t id = pick_reseller(sim);
    const std::string path = fmt::format("/admin/v1/sandbox/resellers/{}/clock", id);
    const Instant now = sim.model().now(id);
    const bool is_frozen = sim.model().reseller(id).clock.frozen_at.has_value();
    Clock clock;
    bool goes_back = false;  // it never does
    http::Request request;
    const auto stand = [&](Instant instant, bool frozen) {
        clock = frozen ? Clock{.frozen_at = instant} : Clock{.offset = instant - sim.model().server_now};
    };
    const std::int64_t drawn = sim.random().below(100);
    if (drawn < 60) {
        const auto seconds =
            std::chrono::seconds(sim.random().between(0, sim.random().chance(20) ? 90 * 86'400 : 86'400));
        stand(now + seconds, is_frozen);
        request = request_of(post, path + "/advance", root, fmt::format(R"({{"seconds":{}}})", seconds.count()));
    } else if (drawn < 75) {
        stand(now, !is_frozen);
        request = request_of(post, path + (is_frozen ? "/unfreeze" : "/freeze"), root);
    } else if (drawn < 95) {
        const Instant to = now + std::chrono::minutes(sim.random().between(-30 * 24 * 60, 10 * 24 * 60));
        const bool frozen = sim.random().chance(30);
        stand(to, frozen);
        goes_back = to < now;
        request = request_of(put, path, root, fmt::format(R"({{"now":"{}","frozen":{}}})", format_rfc3339(to), frozen));
    } else {
        goes_back = sim.model().server_now < now;
        request = request_of(delete_, path, root);
    }
    if (goes_back) {
        sim.change(std::move(request), [](Model&) -> Expected { return {422, "invalid"}; });
        return;
    }
    Model::Due done;
    const auto response = sim.change(
        std::move(request),
        [&](Model& model) -> Expected {
            model.resellers.at(id).reseller.clock = clock;
            model.settle_all(id, &done);
            return {200};
        },
        false);
    if (!response) return;
    const std::string due =
        fmt::format(R"("due":{{"frozen":{},"closed":{},"held":{}}})", done.frozen, done.closed, done.held);
    sim.check(response->body.find(due) != std::string::npos, due + " should be told, not " + response->body);
}

void let_time_pass(Simulation& sim) {
    const auto duration = std::chrono::milliseconds(
        sim.random().chance(70) ? sim.random().below(600'000) : sim.random().below(std::int64_t{10} * 86'400'000));
    sim.world().advance(duration);
    sim.model().server_now = sim.world().now();
    sim.say(fmt::format("{} ms pass", duration.count()));
}

void keep_house(Simulation& sim) { sim.keep_house(); }
void restart(Simulation& sim) { sim.restart(); }
void cut_power(Simulation& sim) { sim.cut_power(); }

}  // namespace

http::Request request_of(http::Method method, std::string target, const std::string& secret, std::string body) {
    http::Request request{.method = method,
                          .method_name = std::string(http::to_string(method)),
                          .target = std::move(target),
                          .headers = {{"Authorization", "Bearer " + secret}},
                          .body = std::move(body)};
    if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
    return request;
}

void maybe_with_key(Simulation& sim, http::Request& request) {
    static constexpr int percent = 35;
    if (sim.random().chance(percent))
        request.headers.add("Idempotency-Key", fmt::format("\"key-{}\"", sim.random().bits() % 1'000'000'000));
}

std::int64_t pick_reseller(Simulation& sim) {
    if (sim.random().chance(15)) return reseller_of_families;
    auto chosen = sim.model().resellers.begin();
    std::advance(chosen, sim.random().below(std::int64_t(sim.model().resellers.size())));
    return chosen->first;
}

std::string pick_uid(Simulation& sim) { return "u-" + std::to_string(sim.random().below(60)); }

std::string pick_domain(Simulation& sim) { return domains[sim.random().chance(5) ? 3 : sim.random().below(3)]; }

Instant pick_end(Simulation& sim, std::int64_t reseller_id) {
    const Instant now = sim.model().now(reseller_id);
    if (sim.random().chance(8)) return now - hours(sim.random().below(100));
    return now + std::chrono::minutes(sim.random().between(1, 60 * 24 * 60));
}

std::optional<std::size_t> pick_account(Simulation& sim) {
    const auto& accounts = sim.model().accounts;
    if (accounts.empty()) return std::nullopt;
    // The living ones rather than tombstones; now and then rather one with sub-accounts, or one of these.
    const bool rather_of_family = sim.random().chance(25);
    std::size_t chosen = 0;
    for (int i = 0; i < (rather_of_family ? 12 : 4); ++i) {
        chosen = std::size_t(sim.random().below(std::int64_t(accounts.size())));
        if (accounts[chosen].account.removed_at) continue;
        if (!rather_of_family || accounts[chosen].subscription.parent || !sim.model().sub_accounts(chosen).empty())
            break;
    }
    return chosen;
}

bool is_full(Simulation& sim) { return count_living(sim.model()) >= living_max && !sim.random().chance(10); }

std::optional<Objection> try_to_open(Model& model, std::int64_t reseller_id, const std::string& uid, AccountType type,
                                     const std::string& domain, std::optional<Instant> ends_at, Revision revision) {
    const Instant now = model.now(reseller_id);
    if (ends_at && *ends_at <= now) return Objection{"ends_at", "in_past"};
    if (!model.resellers.at(reseller_id).promotions.contains({domain, type}))
        return Objection{"domain", "not_promoted"};
    if (const auto living = model.find_living(reseller_id, uid)) {
        // What rev A calls gone does not stand in its way.
        const bool is_gone =
            revision == Revision::partnership_reference && is_closed(model.settled(model.accounts[*living].account));
        if (!is_gone) return Objection{"uid", "taken"};
        model.settle(*living);
        Account removed = model.accounts[*living].account;
        removed.removed_at = now;
        model.change(*living, removed, now);
    }
    Account account{.reseller_id = reseller_id, .uid = uid, .type = type, .domain = domain, .opened_under = revision};
    account.created_at = account.updated_at = now;
    account.ends_at = ends_at;
    account.due_at = ends_at;
    model.accounts.push_back({account});
    return std::nullopt;
}

Expected open(Model& model, std::int64_t reseller_id, const std::string& uid, AccountType type,
              const std::string& domain, std::optional<Instant> ends_at, Revision revision) {
    const bool is_reference = revision == Revision::partnership_reference;
    const auto objection = try_to_open(model, reseller_id, uid, type, domain, ends_at, revision);
    if (!objection) return {.status = 201, .account = model.accounts.size() - 1};
    if (objection->code == "taken") return {409};
    if (revision == Revision::admin) return {422};
    return {objection->code == "not_promoted" && is_reference ? 404 : 400};
}

const std::vector<Command>& all_commands() {
    static const std::vector<Command> all = [] {
        std::vector<Command> joined = {
            {"repeat_with_key", 8, repeat_with_key}, {"move_clock", 8, move_clock}, {"let_time_pass", 8, let_time_pass},
            {"keep_house", 6, keep_house},           {"restart", 1, restart},       {"cut_power", 1, cut_power},
        };
        for (const auto& some :
             {account_commands(), reseller_commands(), partnership_commands(), activeplatform_commands(),
              signalmind_commands(), import_commands(), list_commands(), webhook_commands()})
            joined.insert(joined.end(), some.begin(), some.end());
        return joined;
    }();
    return all;
}

}  // namespace sim
