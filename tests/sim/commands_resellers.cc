// Resellers, their promotions and their credentials.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

void change_reseller(Simulation& sim) {
    const std::int64_t id = pick_reseller(sim);
    const Reseller before = sim.model().reseller(id);
    const auto grace = std::chrono::seconds(sim.random().pick({0, 3'600, 86'400, 2'592'000}));
    const EndAction action = sim.random().chance(75) ? EndAction::close : EndAction::stay_frozen;
    const std::string body = fmt::format(R"({{"grace_seconds":{},"end_action":"{}"}})", grace.count(),
                                         action == EndAction::close ? "close" : "stay_frozen");
    http::Request request = request_of(patch, fmt::format("/admin/v1/resellers/{}", id), root, body);
    const bool is_stale = sim.random().chance(15);
    if (is_stale) request.headers.add("If-Match", fmt::format("\"{}\"", before.version + 1));
    sim.change(std::move(request), [&](Model& model) -> Expected {
        if (is_stale) return {412, "stale"};
        Reseller& after = model.resellers.at(id).reseller;
        if (after.grace == grace && after.end_action == action) return {200};
        after.grace = grace;
        after.end_action = action;
        ++after.version;
        return {200};
    });
    // New due times are the housekeeping's.
    sim.keep_house();
}

void create_reseller(Simulation& sim) {
    if (sim.model().resellers.size() >= 9) return;
    const std::int64_t parent_id = pick_reseller(sim);
    const std::int64_t id = sim.model().resellers.rbegin()->first + 1;
    sim.change(
        request_of(post, "/admin/v1/resellers", root, fmt::format(R"({{"name":"R{}","parent_id":{}}})", id, parent_id)),
        [&](Model& model) -> Expected {
            model.resellers[id].reseller = {.id = id, .parent_id = parent_id, .name = fmt::format("R{}", id)};
            return {201};
        });
}

void change_promotions(Simulation& sim) {
    const std::int64_t id = pick_reseller(sim);
    const std::string domain = domains[sim.random().below(3)];
    const AccountType type = sim.random().pick({AccountType::individual, AccountType::family});
    const std::string path = fmt::format("/admin/v1/resellers/{}/promotions", id);
    if (sim.model().resellers.at(id).promotions.contains({domain, type}) && !sim.random().chance(20)) {
        if (sim.random().chance(80)) return;  // else there would soon be none
        const std::string one = fmt::format("{}/{}/{}", path, domain, to_string(type));
        sim.change(
            request_of(delete_, one, root),
            [&](Model& model) -> Expected {
                model.resellers.at(id).promotions.erase({domain, type});
                return {204};
            },
            false);
        return;
    }
    const std::string body = fmt::format(R"({{"domain":"{}","type":"{}"}})", domain, to_string(type));
    sim.change(
        request_of(post, path, root, body),
        [&](Model& model) -> Expected {
            if (!model.resellers.at(id).promotions.insert({domain, type}).second) return {409, "conflict"};
            return {201};
        },
        false);
}

void take_token(Simulation& sim, const std::optional<http::Response>& response, std::int64_t reseller_id) {
    if (!response || response->status != 201) return;
    const auto body = boost::json::parse(response->body).as_object();
    sim.model().tokens.push_back({.id = body.at("id").as_int64(),
                                  .secret = std::string(body.at("secret").as_string()),
                                  .reseller_id = reseller_id});
}

void issue_token(Simulation& sim) {
    if (sim.model().tokens.size() >= 12) return;
    const std::int64_t id = pick_reseller(sim);
    const auto response = sim.change(
        request_of(post, fmt::format("/admin/v1/resellers/{}/credentials", id), root, R"({"kind":"partner_token"})"),
        [](Model&) { return Expected{201}; }, false);
    take_token(sim, response, id);
}

// Of those that have been issued here: what a sandbox begins with stays.
std::optional<std::size_t> pick_issued_token(Simulation& sim) {
    const std::size_t chosen = std::size_t(sim.random().below(std::int64_t(sim.model().tokens.size())));
    return sim.model().tokens[chosen].id == 0 ? std::nullopt : std::optional(chosen);
}

// Whether it works is known at once, though it has worked a moment ago and is remembered for that.
void present(Simulation& sim, const std::string& secret) {
    const auto& tokens = sim.model().tokens;
    const auto token = std::ranges::find_if(tokens, [&](const auto& it) { return it.secret == secret; });
    const auto response = sim.look(request_of(get, "/api/v1/partners/accounts/nobody", secret));
    const bool is_valid = sim.model().is_valid(*token);
    const bool is_refused = response.status == 401 || response.status == 403;  // as the revision that it speaks has it
    sim.check(is_valid ? response.status == 404 : is_refused,
              fmt::format("a token that is {} is answered {}", is_valid ? "valid" : "none any more", response.status));
}

void rotate_token(Simulation& sim) {
    const auto chosen = pick_issued_token(sim);
    if (!chosen) return;
    const ModelToken token = sim.model().tokens[*chosen];
    present(sim, token.secret);
    const auto overlap = std::chrono::seconds(sim.random().pick({0, 3'600, 86'400}));
    const auto response = sim.change(
        request_of(post, fmt::format("/admin/v1/resellers/{}/credentials/{}/rotate", token.reseller_id, token.id), root,
                   fmt::format(R"({{"overlap_seconds":{}}})", overlap.count())),
        [&](Model& model) -> Expected {
            if (!model.is_valid(token)) return {409, "conflict"};
            const Instant expires_at = model.now(token.reseller_id) + overlap;
            auto& known = model.tokens[*chosen].expires_at;
            known = known ? std::min(*known, expires_at) : expires_at;
            return {201};
        },
        false);
    take_token(sim, response, token.reseller_id);
    present(sim, token.secret);
}

void revoke_token(Simulation& sim) {
    const auto chosen = pick_issued_token(sim);
    if (!chosen) return;
    const ModelToken token = sim.model().tokens[*chosen];
    present(sim, token.secret);
    sim.change(
        request_of(post, fmt::format("/admin/v1/resellers/{}/credentials/{}/revoke", token.reseller_id, token.id),
                   root),
        [&](Model& model) -> Expected {
            auto& revoked_at = model.tokens[*chosen].revoked_at;
            if (!revoked_at) revoked_at = model.now(token.reseller_id);
            return {200};
        },
        false);
    present(sim, token.secret);
}

}  // namespace

std::vector<Command> reseller_commands() {
    return {
        {"change_reseller", 3, change_reseller},     {"create_reseller", 1, create_reseller},
        {"change_promotions", 2, change_promotions}, {"issue_token", 2, issue_token},
        {"rotate_token", 2, rotate_token},           {"revoke_token", 2, revoke_token},
    };
}

}  // namespace sim
