// What may happen. A row more is a command more; the others need not know of it.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/sim/simulation.h"

namespace sim {
namespace {

using std::chrono::hours;
using enum http::Method;

constexpr const char* root = "sandbox-operator";
constexpr const char* domains[] = {"b5test.com", "b5test.ca", "b5test.eu", "1password.com"};
constexpr std::size_t living_max = 40;

http::Request request_of(http::Method method, std::string target, const std::string& secret, std::string body = "") {
    http::Request request{.method = method,
                          .method_name = std::string(http::to_string(method)),
                          .target = std::move(target),
                          .headers = {{"Authorization", "Bearer " + secret}},
                          .body = std::move(body)};
    if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
    return request;
}

std::int64_t pick_reseller(Simulation& sim) {
    auto chosen = sim.model().resellers.begin();
    std::advance(chosen, sim.random().below(std::int64_t(sim.model().resellers.size())));
    return chosen->first;
}

std::string pick_uid(Simulation& sim) { return "u-" + std::to_string(sim.random().below(60)); }

std::string pick_domain(Simulation& sim) { return domains[sim.random().chance(5) ? 3 : sim.random().below(3)]; }

// Mostly in the future, by the reseller's clock.
Instant pick_end(Simulation& sim, std::int64_t reseller_id) {
    const Instant now = sim.model().now(reseller_id);
    if (sim.random().chance(8)) return now - hours(sim.random().below(100));
    return now + std::chrono::minutes(sim.random().between(1, 60 * 24 * 60));
}

std::size_t count_living(const Model& model) {
    return std::size_t(std::ranges::count_if(model.accounts, [](const auto& it) { return !it.account.removed_at; }));
}

std::optional<std::size_t> pick_account(Simulation& sim) {
    const auto& accounts = sim.model().accounts;
    if (accounts.empty()) return std::nullopt;
    // The living ones rather than tombstones.
    std::size_t chosen = 0;
    for (int i = 0; i < 4; ++i) {
        chosen = std::size_t(sim.random().below(std::int64_t(accounts.size())));
        if (!accounts[chosen].account.removed_at) break;
    }
    return chosen;
}

// Some requests carry a key of their own; others repeat one that has been used.
void maybe_with_key(Simulation& sim, http::Request& request) {
    static constexpr int percent = 35;
    if (sim.random().chance(percent))
        request.headers.add("Idempotency-Key", fmt::format("\"key-{}\"", sim.random().bits() % 1'000'000'000));
}

// --- opening ---

Expected open(Model& model, std::int64_t reseller_id, const std::string& uid, AccountType type,
              const std::string& domain, std::optional<Instant> ends_at, Revision revision) {
    const Instant now = model.now(reseller_id);
    const bool is_reference = revision == Revision::partnership_reference;
    const bool is_admin = revision == Revision::admin;
    if (ends_at && *ends_at <= now) return {is_admin ? 422 : 400};
    if (!model.resellers.at(reseller_id).promotions.contains({domain, type}))
        return {is_admin ? 422 : is_reference ? 404 : 400};
    if (model.find_living(reseller_id, uid)) return {409};
    Account account{.reseller_id = reseller_id, .uid = uid, .type = type, .domain = domain, .opened_under = revision};
    account.created_at = account.updated_at = now;
    account.ends_at = ends_at;
    account.due_at = ends_at;
    model.accounts.push_back({account, std::nullopt});
    return {.status = 201, .account = model.accounts.size() - 1};
}

void open_as_operator(Simulation& sim) {
    if (count_living(sim.model()) >= living_max && !sim.random().chance(10)) return;
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
    if (count_living(sim.model()) >= living_max && !sim.random().chance(10)) return;
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

void repeat_with_key(Simulation& sim) {
    const auto& answers = sim.model().answers;
    if (answers.empty()) return;
    auto chosen = answers.begin();
    std::advance(chosen, sim.random().below(std::int64_t(answers.size())));
    http::Request request = chosen->second.request;
    // Beyond its time it would be a request like any other, which other commands make.
    if (sim.model().now(chosen->second.reseller_id) >= chosen->second.expires_at) return;
    const auto& tokens = sim.model().tokens;
    const auto token = std::ranges::find_if(tokens, [&](const auto& it) { return it.secret == chosen->first.first; });
    const bool is_root = chosen->first.first == root;
    if (!is_root && (token == tokens.end() || !sim.model().is_valid(*token))) return;
    if (sim.random().chance(20)) request.body.insert(1, " ");
    sim.change(std::move(request), [](Model&) -> Expected { throw Violation("a key has been forgotten"); });
}

// --- what an operator does to an account ---

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
        Account& stored = model.accounts[*chosen].account;
        if (stored.removed_at) return {410, "gone"};
        if (version && *version != stored.version) return {412, "stale"};
        Account before = stored;
        model.settle(before);
        Account after = before;
        Expected expected = act(model, after);
        if (!expected.is_accepted()) return expected;
        model.change(before, after, model.now(stored.reseller_id));
        stored = before;
        if (expected.status == 200) expected.account = chosen;
        return expected;
    });
}

const Expected closed{409, "conflict"};

bool is_closed(const Account& account) { return account.stage == Stage::deprovisioned; }

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
        model.change(known.account, after, model.now(picked.reseller_id));
        if (email && !known.owner) known.owner = email;  // else one of its users
        return {.status = 200, .account = chosen};
    });
}

// --- what a partner does to an account ---

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
        Account& stored = model.accounts[*living].account;
        Account before = stored;
        model.settle(before);
        if (is_closed(before) || ends_at <= model.now(reseller_id)) return {400};
        Account after = before;
        after.ends_at = ends_at;
        after.holds.ended = false;
        model.change(before, after, model.now(reseller_id));
        stored = before;
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
        Account& stored = model.accounts[*living].account;
        Account before = stored;
        model.settle(before);
        Account after = before;
        after.stage = Stage::deprovisioned;
        after.removed_at = model.now(reseller_id);
        model.change(before, after, model.now(reseller_id));
        stored = before;
        return {204};
    });
}

// --- accounts with money ---

// As ActivePlatform's managers open them. A postpaid account may be below zero for a day, a prepaid one, down to 200,
// for three.
void open_customer(Simulation& sim) {
    if (count_living(sim.model()) >= living_max && !sim.random().chance(10)) return;
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
        Account before = known.account;
        model.settle(before);
        if (is_closed(before) || !known.money) return closed;
        ModelMoney money = *known.money;
        money.balance += amount;
        if (threshold) money.own_threshold = *threshold;
        const bool moves = money.balance != known.money->balance || money.own_threshold != known.money->own_threshold;
        Account after = before;
        judge(after, money, model.now(before.reseller_id));
        model.change(before, after, model.now(before.reseller_id), moves);
        known.account = before;
        known.money = money;
        return {200};
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

// From page to page, in one direction or the other, all that should be there is there once.
void list(Simulation& sim) {
    const std::int64_t reseller_id = pick_reseller(sim);
    const auto status = all_account_statuses[sim.random().below(5)];
    const bool by_status = sim.random().chance(50), removed = !by_status && sim.random().chance(30);
    const bool oldest_first = sim.random().chance(50);
    std::string query = fmt::format("?reseller={}&limit={}", reseller_id, sim.random().between(1, 9));
    if (by_status) query += "&status=" + std::string(to_string(status));
    if (removed) query += "&removed=true";
    if (oldest_first) query += "&order=oldest";
    std::vector<std::int64_t> expected, listed;
    for (const ModelAccount& known : sim.model().accounts) {
        const Account shown = sim.model().settled(known.account);
        if (shown.reseller_id != reseller_id || shown.removed_at.has_value() != removed) continue;
        if (by_status && status_of(shown) != status) continue;
        expected.push_back(shown.id);
    }
    if (!oldest_first) std::ranges::reverse(expected);
    std::string cursor;
    do {
        const auto response = sim.look(request_of(get, "/admin/v1/accounts" + query + cursor, root));
        sim.check(response.status == 200, "a list is refused: " + response.body);
        const auto page = boost::json::parse(response.body).as_object();
        for (const auto& account : page.at("accounts").as_array()) listed.push_back(account.at("id").as_int64());
        cursor = page.at("next").is_null() ? "" : "&cursor=" + std::string(page.at("next").as_string());
    } while (!cursor.empty());
    sim.check(listed == expected,
              fmt::format("{} lists {} accounts, and should list {}", query, listed.size(), expected.size()));
}

// The feed of all events: whoever goes on from where it was misses none and sees none twice.
void follow_feed(Simulation& sim) {
    while (true) {
        const std::string cursor = sim.feed_cursor().empty() ? "" : "&cursor=" + sim.feed_cursor();
        const auto response = sim.look(request_of(get, "/admin/v1/events?order=oldest&limit=50" + cursor, root));
        sim.check(response.status == 200, "the feed is refused: " + response.body);
        const auto page = boost::json::parse(response.body).as_object();
        for (const auto& event : page.at("events").as_array()) sim.fed().push_back(event.at("id").as_int64());
        if (!page.at("next").is_null()) sim.feed_cursor() = page.at("next").as_string();
        if (page.at("events").as_array().empty()) break;
    }
    std::vector<std::int64_t> expected;
    for (const Event& event : sim.events()) expected.push_back(event.id);
    sim.check(sim.fed() == expected, fmt::format("the feed told {} events of {}", sim.fed().size(), expected.size()));
}

// --- resellers, promotions, credentials ---

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
    const int expected = sim.model().is_valid(*token) ? 404 : 401;
    sim.check(response.status == expected,
              fmt::format("a token is answered {} and should be {}", response.status, expected));
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

// --- time ---

void move_clock(Simulation& sim) {
    const std::int64_t id = pick_reseller(sim);
    const std::string path = fmt::format("/admin/v1/sandbox/resellers/{}/clock", id);
    const Instant now = sim.model().now(id);
    const bool is_frozen = sim.model().reseller(id).clock.frozen_at.has_value();
    Clock clock;
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
        request = request_of(put, path, root, fmt::format(R"({{"now":"{}","frozen":{}}})", format_rfc3339(to), frozen));
    } else {
        request = request_of(delete_, path, root);
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

const std::vector<Command> commands = {
    {"open_as_operator", 12, open_as_operator},
    {"open_as_partner", 12, open_as_partner},
    {"repeat_with_key", 8, repeat_with_key},
    {"move_end", 10, move_end},
    {"hold", 7, hold},
    {"close", 2, close},
    {"remove", 4, remove},
    {"reissue_token", 3, reissue_token},
    {"report_members", 6, report_members},
    {"redeem", 10, redeem},
    {"open_customer", 7, open_customer},
    {"adjust_balance", 12, adjust_balance},
    {"partner_shows", 6, partner_shows},
    {"partner_moves_end", 6, partner_moves_end},
    {"partner_removes", 2, partner_removes},
    {"show", 6, show},
    {"list", 4, list},
    {"follow_feed", 2, follow_feed},
    {"change_reseller", 3, change_reseller},
    {"create_reseller", 1, create_reseller},
    {"change_promotions", 2, change_promotions},
    {"issue_token", 2, issue_token},
    {"rotate_token", 2, rotate_token},
    {"revoke_token", 2, revoke_token},
    {"move_clock", 8, move_clock},
    {"let_time_pass", 8, let_time_pass},
    {"keep_house", 6, keep_house},
    {"restart", 1, restart},
    {"cut_power", 1, cut_power},
};

}  // namespace sim
