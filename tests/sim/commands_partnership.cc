// What a partner does through the Partnership API, in both of its revisions.

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/commands.h"

namespace sim {
namespace {

using enum http::Method;

struct Speaker {
    ModelToken token;
    Revision revision = Revision::partnership_openapi;

    http::Request request(http::Method method, const std::string& target, std::string body = "") const {
        http::Request request = request_of(method, target, token.secret, std::move(body));
        const bool is_reference = revision == Revision::partnership_reference;
        request.headers.add("Partnership-Revision", is_reference ? "reference" : "openapi");
        return request;
    }
    Expected denied() const { return {revision == Revision::partnership_reference ? 403 : 401}; }
};

Speaker pick_speaker(Simulation& sim) {
    return {sim.random().pick_of(sim.model().tokens),
            sim.random().pick({Revision::partnership_reference, Revision::partnership_openapi})};
}

void open_as_partner(Simulation& sim) {
    if (is_full(sim)) return;
    const Speaker speaker = pick_speaker(sim);
    const bool is_reference = speaker.revision == Revision::partnership_reference;
    const std::int64_t reseller_id = speaker.token.reseller_id;
    const std::string uid = pick_uid(sim), domain = pick_domain(sim);
    const AccountType type = sim.random().pick({AccountType::individual, AccountType::family});
    std::optional<Instant> ends_at;
    if (sim.random().chance(50)) ends_at = pick_end(sim, reseller_id);
    std::string body = fmt::format(R"({{"{}":"{}","account_type":"{}","domain":"{}")",
                                   is_reference ? "customer_account_uid" : "account_uid", uid,
                                   type == AccountType::individual ? "I" : "F", domain);
    if (ends_at) body += fmt::format(R"(,"ends_at":"{}")", format_rfc3339(*ends_at));
    http::Request request = speaker.request(post, "/api/v1/partners/accounts", body + "}");
    maybe_with_key(sim, request);
    sim.change(std::move(request), [&](Model& model) {
        if (!model.is_valid(speaker.token)) return speaker.denied();
        return open(model, reseller_id, uid, type, domain, ends_at, speaker.revision);
    });
}

std::string pick_known_uid(Simulation& sim, std::int64_t reseller_id) {
    for (int i = 0; i < 6; ++i)
        if (const auto chosen = pick_account(sim))
            if (sim.model().accounts[*chosen].account.reseller_id == reseller_id)
                return sim.model().accounts[*chosen].account.uid;
    return pick_uid(sim);
}

void partner_shows(Simulation& sim) {
    const Speaker speaker = pick_speaker(sim);
    const bool is_reference = speaker.revision == Revision::partnership_reference;
    const std::string uid = pick_known_uid(sim, speaker.token.reseller_id);
    const Model& model = sim.model();
    const auto response = sim.look(speaker.request(get, "/api/v1/partners/accounts/" + uid));
    int expected = 200;
    const auto living = model.find_living(speaker.token.reseller_id, uid);
    if (!model.is_valid(speaker.token))
        expected = speaker.denied().status;
    else if (!living)
        expected = is_reference && model.has_tombstone(speaker.token.reseller_id, uid) ? 410 : 404;
    else if (is_reference && is_closed(model.settled(model.accounts[*living].account)))
        expected = 410;
    sim.check(response.status == expected,
              fmt::format("a partner is answered {} and should be {}", response.status, expected));
    if (expected != 200 || is_reference) return;
    const std::string status(to_string(status_of(model.settled(model.accounts[*living].account))));
    sim.check(response.body.find("\"status\":\"" + status + '"') != std::string::npos,
              "a partner is told " + response.body);
}

void partner_moves_end(Simulation& sim) {
    const Speaker speaker = pick_speaker(sim);
    const bool is_reference = speaker.revision == Revision::partnership_reference;
    const std::int64_t reseller_id = speaker.token.reseller_id;
    const std::string uid = pick_known_uid(sim, reseller_id);
    const Instant ends_at = pick_end(sim, reseller_id);
    const std::string body = fmt::format(R"({{"ends_at":"{}"}})", format_rfc3339(ends_at));
    sim.change(speaker.request(patch, "/api/v1/partners/accounts/" + uid, body), [&](Model& model) -> Expected {
        if (!model.is_valid(speaker.token)) return speaker.denied();
        const auto living = model.find_living(reseller_id, uid);
        if (!living) return {is_reference && model.has_tombstone(reseller_id, uid) ? 400 : 404};
        model.settle(*living);
        Account after = model.accounts[*living].account;
        if (is_closed(after) || ends_at <= model.now(reseller_id)) return {400};
        after.ends_at = ends_at;
        after.holds.ended = false;
        model.change(*living, after, model.now(reseller_id));
        return {200};
    });
}

void partner_removes(Simulation& sim) {
    const Speaker speaker = pick_speaker(sim);
    const std::int64_t reseller_id = speaker.token.reseller_id;
    const std::string uid = pick_known_uid(sim, reseller_id);
    sim.change(speaker.request(delete_, "/api/v1/partners/accounts/" + uid), [&](Model& model) -> Expected {
        if (!model.is_valid(speaker.token)) return speaker.denied();
        const auto living = model.find_living(reseller_id, uid);
        if (!living) return {404};
        model.settle(*living);
        Account after = model.accounts[*living].account;
        after.stage = Stage::deprovisioned;
        after.removed_at = model.now(reseller_id);
        model.change(*living, after, model.now(reseller_id));
        return {204};
    });
}

}  // namespace

std::vector<Command> partnership_commands() {
    return {
        {"open_as_partner", 12, open_as_partner},
        {"partner_shows", 6, partner_shows},
        {"partner_moves_end", 6, partner_moves_end},
        {"partner_removes", 2, partner_removes},
    };
}

}  // namespace sim
