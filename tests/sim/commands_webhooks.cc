// Webhook endpoints, by the operator and by the partner itself; and what a partner reads of its events.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "engine/webhooks/webhook_endpoints.h"
#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

constexpr std::size_t endpoints_max = 12;

// Who asks, and where: the operator, or the partner if it has a token that is valid.
struct Asker {
    std::string path;
    std::string secret = root;
};

std::optional<std::string> find_token_of(const Model& model, std::int64_t reseller_id) {
    for (const ModelToken& token : model.tokens)
        if (token.reseller_id == reseller_id && model.is_valid(token)) return token.secret;
    return std::nullopt;
}

Asker pick_asker(Simulation& sim, std::int64_t reseller_id) {
    const auto token = find_token_of(sim.model(), reseller_id);
    if (token && sim.random().chance(50)) return {"/partner/v1/webhook-endpoints", *token};
    return {fmt::format("/admin/v1/resellers/{}/webhook-endpoints", reseller_id)};
}

std::string to_json(const std::vector<std::string>& types) {
    std::string text;
    for (const std::string& type : types) text += (text.empty() ? "\"" : ",\"") + type + '"';
    return '[' + text + ']';
}

std::vector<std::string> pick_types(Simulation& sim) {
    return sim.random().pick<std::vector<std::string>>(
        {{}, {"account.*"}, {"account.held", "account.lifted"}, {"webhook.disabled"}});
}

void create_endpoint(Simulation& sim) {
    if (sim.model().endpoints.size() >= endpoints_max) return;
    const std::int64_t reseller_id = pick_reseller(sim);
    const Asker asker = pick_asker(sim, reseller_id);
    const ModelEndpoint endpoint{.reseller_id = reseller_id,
                                 .url = fmt::format("https://example.com/{}", sim.random().below(1'000)),
                                 .types = pick_types(sim),
                                 .is_thin = sim.random().chance(30)};
    const bool is_refused = sim.random().chance(15);
    const std::string url = is_refused ? "https://127.0.0.1/" : endpoint.url;
    http::Request request = request_of(post, asker.path, asker.secret,
                                       fmt::format(R"({{"url":"{}","types":{},"payload":"{}"}})", url,
                                                   to_json(endpoint.types), endpoint.is_thin ? "thin" : "full"));
    sim.change(std::move(request), [&](Model& model) -> Expected {
        if (is_refused) return {422, "invalid"};
        model.endpoints.push_back(endpoint);
        return {201};
    });
}

std::optional<std::size_t> pick_endpoint(Simulation& sim) {
    const auto& endpoints = sim.model().endpoints;
    if (endpoints.empty()) return std::nullopt;
    return std::size_t(sim.random().below(std::int64_t(endpoints.size())));
}

http::Request request_about(Simulation& sim, http::Method method, const ModelEndpoint& endpoint,
                            const std::string& action, std::string body = "") {
    const Asker asker = pick_asker(sim, endpoint.reseller_id);
    return request_of(method, fmt::format("{}/{}{}", asker.path, endpoint.id, action), asker.secret, std::move(body));
}

void change_endpoint(Simulation& sim) {
    const auto chosen = pick_endpoint(sim);
    if (!chosen) return;
    const ModelEndpoint before = sim.model().endpoints[*chosen];
    const std::vector<std::string> types = pick_types(sim);
    const bool is_thin = sim.random().chance(50);
    http::Request request =
        request_about(sim, patch, before, "",
                      fmt::format(R"({{"types":{},"payload":"{}"}})", to_json(types), is_thin ? "thin" : "full"));
    const bool is_stale = sim.random().chance(15);
    if (is_stale) request.headers.add("If-Match", fmt::format("\"{}\"", before.version + 1));
    sim.change(std::move(request), [&](Model& model) -> Expected {
        if (is_stale) return {412, "stale"};
        ModelEndpoint& after = model.endpoints[*chosen];
        if (after.types == types && after.is_thin == is_thin) return {200};
        after.types = types;
        after.is_thin = is_thin;
        ++after.version;
        return {200};
    });
}

void rotate_secret(Simulation& sim) {
    const auto chosen = pick_endpoint(sim);
    if (!chosen) return;
    const std::string body = fmt::format(R"({{"overlap_seconds":{}}})", sim.random().pick({0, 3'600}));
    sim.change(request_about(sim, post, sim.model().endpoints[*chosen], "/rotate-secret", body),
               [&](Model& model) -> Expected {
                   ++model.endpoints[*chosen].version;
                   return {200};
               });
}

// Neither changes what is stored of the endpoint.
void try_endpoint(Simulation& sim) {
    const auto chosen = pick_endpoint(sim);
    if (!chosen) return;
    const bool is_test = sim.random().chance(50);
    sim.change(request_about(sim, post, sim.model().endpoints[*chosen], is_test ? "/test" : "/enable"),
               [&](Model&) -> Expected { return {is_test ? 202 : 200}; });
}

void replay(Simulation& sim) {
    const auto chosen = pick_endpoint(sim);
    if (!chosen) return;
    const ModelEndpoint endpoint = sim.model().endpoints[*chosen];
    const bool is_refused = sim.random().chance(15);
    const std::string body =
        is_refused ? "{}" : fmt::format(R"({{"from":"{}"}})", format_rfc3339(sim.model().server_now));
    sim.change(request_about(sim, post, endpoint, "/replay", body), [&](Model& model) -> Expected {
        if (is_refused) return {422, "invalid"};
        if (endpoint.has_replay) return {409, "conflict"};
        model.endpoints[*chosen].has_replay = true;
        return {202};
    });
}

void remove_endpoint(Simulation& sim) {
    const auto chosen = pick_endpoint(sim);
    if (!chosen) return;
    sim.change(request_about(sim, delete_, sim.model().endpoints[*chosen], ""), [&](Model& model) -> Expected {
        model.endpoints.erase(model.endpoints.begin() + std::int64_t(*chosen));
        return {204};
    });
}

// All that befell its accounts, and nothing else, whatever types are asked for.
void read_own_events(Simulation& sim) {
    const std::int64_t reseller_id = pick_reseller(sim);
    const auto token = find_token_of(sim.model(), reseller_id);
    if (!token) return;
    const std::string type = sim.random().pick<std::string>({"*", "account.*", "account.held", "webhook.disabled"});
    std::vector<std::int64_t> told;
    for (std::string cursor;;) {
        const auto response = sim.look(
            request_of(get, fmt::format("/partner/v1/events?order=oldest&limit=100&type={}{}", type, cursor), *token));
        sim.check(response.status == 200, "the feed is refused: " + response.body);
        const auto page = boost::json::parse(response.body).as_object();
        for (const auto& event : page.at("events").as_array())
            told.push_back(event.at("data").at("event_id").as_int64());
        const std::string next = "&cursor=" + std::string(page.at("next").as_string());
        if (page.at("events").as_array().empty() && next == cursor) break;
        cursor = next;
    }
    std::vector<std::int64_t> expected;
    for (const Event& event : sim.events())
        if (event.reseller_id == reseller_id && is_sent(event.kind) && event.kind != EventKind::webhook_tested &&
            is_of_type(event.kind, type))
            expected.push_back(event.id);
    sim.check(told == expected, fmt::format("a partner is told {} events of {}", told.size(), expected.size()));
}

}  // namespace

std::vector<Command> webhook_commands() {
    return {
        {"create_endpoint", 2, create_endpoint},
        {"change_endpoint", 2, change_endpoint},
        {"rotate_secret", 1, rotate_secret},
        {"try_endpoint", 1, try_endpoint},
        {"replay", 1, replay},
        {"remove_endpoint", 1, remove_endpoint},
        {"read_own_events", 1, read_own_events},
    };
}

}  // namespace sim
