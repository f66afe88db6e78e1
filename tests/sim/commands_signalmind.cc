// What SignalMind's clients do: sessions, accounts with plans, sub-accounts below Premium accounts.

#include <fmt/format.h>

#include <algorithm>

#include "core/guid.h"
#include "engine/subscriptions/account_guid.h"
#include "tests/sim/commands.h"

namespace sim {

std::string Subscribe::body() const {
    boost::json::object body{{"Type", type == AccountType::family ? "Premium" : "Basic"}};
    if (plan_id) body["AccountPlanId"] = *plan_id;
    if (parent_guid) body["ParentAccountId"] = *parent_guid;
    if (!password.empty()) body["Password"] = password;
    for (const auto& [name, value] : details) body[name] = value;
    return boost::json::serialize(body);
}

namespace {

namespace json = boost::json;

using enum http::Method;

constexpr std::size_t living_max_of_clients = 30;
constexpr std::size_t sessions_max = 6;

// SignalMind's codes.
constexpr int no_session = 1101, no_key = 1102, wrong_key = 1103, required = 1200, too_long = 1203, unsupported = 1204,
              out_of_range = 1205, not_allowed = 1206, fixed = 1207;
constexpr int no_account = 2000, canceled = 2001, not_basic = 2002, not_of_type = 2003, premium_forbidden = 2004;
constexpr int no_plan = 2100, plan_of_other_type = 2101, too_many_for_plan = 2102;
constexpr int no_parent = 2200, parent_not_premium = 2201, parent_canceled = 2202, parent_suspended = 2203,
              parent_full = 2204;

Expected refuse(std::vector<int> problems) { return {.status = 200, .problems = std::move(problems)}; }

// --- how accounts are named and shown ---

// Not the one of zeros, which is how clients leave a parent out.
std::string nobodys_guid() {
    Block block;
    block.fill(7);
    return format_guid(block);
}

std::string guid_of(const World& world, const Account& account) {
    if (account.opened_under == Revision::signalmind) return account.uid;
    return account_guid(world, account.reseller_id, account.id);
}

std::optional<std::size_t> find_account(const World& world, const Model& model, std::int64_t reseller_id,
                                        const std::string& guid) {
    for (std::size_t i = 0; i < model.accounts.size(); ++i) {
        const Account& account = model.accounts[i].account;
        if (account.reseller_id == reseller_id && !account.removed_at && guid_of(world, account) == guid) return i;
    }
    return std::nullopt;
}

std::string status_word(const Account& account) {
    if (is_closed(account)) return "Canceled";
    if (!account.holds.any()) return "Active";
    return account.type == AccountType::family ? "Suspended" : "Disabled";
}

json::object shown(const World& world, const Model& model, std::size_t place) {
    const ModelAccount& known = model.accounts[place];
    json::object object = known.subscription.details;
    object["Id"] = guid_of(world, known.account);
    object["Type"] = known.account.type == AccountType::family ? "Premium" : "Basic";
    object["Status"] = status_word(model.settled(known.account));
    if (known.subscription.plan_id) object["AccountPlanId"] = *known.subscription.plan_id;
    if (known.subscription.parent)
        object["ParentAccountId"] = guid_of(world, model.accounts[*known.subscription.parent].account);
    return object;
}

std::string compare_data(const http::Response& response, const json::value& expected) {
    const json::value data = json::parse(response.body).as_object().at("Data");
    return data == expected ? "" : "and should be " + json::serialize(expected);
}

Expected show_account(const World& world, std::size_t place) {
    return {.status = 200, .account = place, .judge = [&world, place](const Model& model, const http::Response& told) {
                return compare_data(told, shown(world, model, place));
            }};
}

Expected show_true(std::size_t place) {
    return {.status = 200, .account = place, .judge = [](const Model&, const http::Response& told) {
                return compare_data(told, true);
            }};
}

// --- sessions ---

std::optional<ModelSession> open_session(Simulation& sim, const ModelToken& key) {
    http::Request request{
        .method = get, .method_name = "GET", .target = "/rest/v2/authentication/getapitoken?key=" + key.secret};
    const auto response = sim.look(std::move(request));
    if (!sim.model().is_valid(key)) {
        sim.expect(refuse({wrong_key}), response);
        return std::nullopt;
    }
    sim.expect({.status = 200}, response);
    const auto body = json::parse(response.body).as_object();
    ModelSession session{.token = std::string(body.at("Data").as_object().at("Token").as_string()),
                         .key = key.secret,
                         .issued_at = sim.model().now(key.reseller_id)};
    auto& sessions = sim.model().sessions;
    for (const ModelSession& other : sessions) sim.check(other.token != session.token, "a session is issued twice");
    if (sessions.size() >= sessions_max)
        sessions.erase(sessions.begin() + sim.random().below(std::int64_t(sessions.size())));
    sessions.push_back(session);
    return session;
}

// Mostly one that is good.
std::optional<ModelSession> pick_session(Simulation& sim) {
    const Model& model = sim.model();
    if (!model.sessions.empty()) {
        const ModelSession session = sim.random().pick_of(model.sessions);
        if (model.is_valid(session) || sim.random().chance(25)) return session;
    }
    const ModelToken& one = sim.random().pick_of(model.keys);
    return open_session(sim, one.reseller_id == reseller_of_families ? one : sim.random().pick_of(model.keys));
}

void open_any_session(Simulation& sim) {
    if (sim.random().chance(10)) {
        const std::string query = sim.random().chance(50) ? "?key=" : "?key=nobody";
        http::Request request{
            .method = get, .method_name = "GET", .target = "/rest/v2/authentication/getapitoken" + query};
        sim.expect(refuse({query == "?key=" ? no_key : wrong_key}), sim.look(std::move(request)));
        return;
    }
    open_session(sim, sim.random().pick_of(sim.model().keys));
}

http::Request speak(const ModelSession& session, http::Method method, const std::string& path, std::string body = "") {
    http::Request request{.method = method,
                          .method_name = std::string(http::to_string(method)),
                          .target = "/rest/v2/" + path,
                          .headers = {{"Authentication", session.token}},
                          .body = std::move(body)};
    if (!request.body.empty()) request.headers.add("Content-Type", "application/json");
    return request;
}

// Keys of clients come and go with their sessions; what the sandbox begins with stays.
void change_keys(Simulation& sim) {
    auto& keys = sim.model().keys;
    const std::size_t chosen = std::size_t(sim.random().below(std::int64_t(keys.size())));
    const ModelToken key = keys[chosen];
    const std::string path = fmt::format("/admin/v1/resellers/{}/credentials", key.reseller_id);
    if (key.id != 0) {
        sim.change(
            request_of(post, fmt::format("{}/{}/revoke", path, key.id), root),
            [&](Model& model) -> Expected {
                auto& revoked_at = model.keys[chosen].revoked_at;
                if (!revoked_at) revoked_at = model.now(key.reseller_id);
                return {200};
            },
            false);
        return;
    }
    if (keys.size() >= 6) return;
    const auto response = sim.change(
        request_of(post, path, root, R"({"kind":"api_key"})"), [](Model&) { return Expected{201}; }, false);
    if (!response || response->status != 201) return;
    const auto body = json::parse(response->body).as_object();
    keys.push_back({.id = body.at("id").as_int64(),
                    .secret = std::string(body.at("secret").as_string()),
                    .reseller_id = key.reseller_id});
}

// --- opening ---

// An account of the session's reseller; now and then one that is not there.
std::string pick_guid(Simulation& sim, std::int64_t reseller_id, std::optional<AccountType> type = {}) {
    const Model& model = sim.model();
    if (sim.random().chance(3)) return nobodys_guid();
    const bool also_removed = sim.random().chance(5), also_others = sim.random().chance(3);
    const bool also_closed = sim.random().chance(25);
    std::vector<const Account*> candidates, of_type;
    for (const ModelAccount& known : model.accounts) {
        const Account& account = known.account;
        if (!also_others && account.reseller_id != reseller_id) continue;
        if (!also_removed && account.removed_at) continue;
        if (!also_closed && is_closed(account)) continue;
        candidates.push_back(&account);
        if (type && account.type == *type) of_type.push_back(&account);
    }
    if (candidates.empty()) return nobodys_guid();
    return guid_of(sim.world(), *sim.random().pick_of(of_type.empty() ? candidates : of_type));
}

std::string pick_external_id(Simulation& sim) {
    return sim.random().chance(2) ? std::string(251, 'x') : fmt::format("e-{}", sim.random().below(8));
}

std::int64_t pick_plan(Simulation& sim) { return sim.random().chance(6) ? 9 : sim.random().between(1, 3); }

json::object pick_company(Simulation& sim) {
    json::object company{{"CompanyShortName", fmt::format("c{}", sim.random().below(5))}};
    if (sim.random().chance(30)) company["MobileDomain"] = fmt::format("m{}.example", sim.random().below(5));
    if (sim.random().chance(30)) company["ControlPanelDomains"] = json::array{"a.example", "b.example"};
    return company;
}

Subscribe pick_subscribe(Simulation& sim, std::int64_t reseller_id) {
    const bool has_premium = sim.model().resellers.at(reseller_id).may_create_premium;
    Subscribe subscribe;
    if (sim.random().chance(has_premium ? 30 : 5)) subscribe.type = AccountType::family;
    const bool is_premium = subscribe.type == AccountType::family;
    if (!sim.random().chance(3)) subscribe.plan_id = pick_plan(sim);
    const bool wants_parent = !is_premium && has_premium;
    if (wants_parent != sim.random().chance(4))
        subscribe.parent_guid =
            pick_guid(sim, reseller_id, sim.random().chance(95) ? std::optional(AccountType::family) : std::nullopt);
    if (sim.random().chance(70)) subscribe.details["ExternalId"] = pick_external_id(sim);
    if (sim.random().chance(40)) subscribe.details["FirstName"] = fmt::format("n{}", sim.random().below(9));
    if (is_premium != sim.random().chance(4)) subscribe.details["PremiumAccountInfo"] = pick_company(sim);
    if (sim.random().chance(1)) subscribe.password = "secret";
    return subscribe;
}

void check_plan(const Model& model, std::int64_t reseller_id, AccountType type, std::int64_t plan_id,
                std::vector<int>& problems) {
    const AccountType other = type == AccountType::family ? AccountType::individual : AccountType::family;
    if (model.find_plan(reseller_id, type, plan_id)) return;
    problems.push_back(model.find_plan(reseller_id, other, plan_id) ? plan_of_other_type : no_plan);
}

bool has_room(const Model& model, std::size_t parent) {
    const ModelAccount& known = model.accounts[parent];
    if (!known.subscription.plan_id) return true;
    const Plan* plan = model.find_plan(known.account.reseller_id, AccountType::family, *known.subscription.plan_id);
    const std::int64_t limit = plan->sub_accounts_limit;
    return limit == no_limit || model.count_open_sub_accounts(parent) < limit;
}

// What is wrong with it as a parent; 0: nothing.
int judge_parent(const Model& model, std::optional<std::size_t> parent, bool may_be_suspended) {
    if (!parent) return no_parent;
    const Account account = model.settled(model.accounts[*parent].account);
    if (account.type != AccountType::family) return parent_not_premium;
    if (is_closed(account)) return parent_canceled;
    if (account.holds.any() && !may_be_suspended) return parent_suspended;
    return has_room(model, *parent) ? 0 : parent_full;
}

bool is_external_id_too_long(const json::object& details) {
    const json::value* external_id = details.if_contains("ExternalId");
    return external_id && external_id->as_string().size() > 250;
}

constexpr auto repetitions_are_known_for = std::chrono::minutes(10);

bool is_forgotten(const Model& model, const Account& account) {
    return account.created_at + repetitions_are_known_for <= model.now(account.reseller_id);
}

// The last account that this request has opened.
std::optional<std::size_t> find_opened(const Model& model, const std::string& key, const Subscribe& subscribe) {
    for (std::size_t i = model.accounts.size(); i-- > 0;) {
        const auto& opened_by = model.accounts[i].subscription.opened_by;
        if (opened_by && opened_by->key == key && opened_by->subscribe.body() == subscribe.body()) return i;
    }
    return std::nullopt;
}

// The account of the first time, if it is known that this is a second one. From now on this is the last time.
std::optional<std::size_t> find_repeated(Model& model, const ModelSession& session, const Subscribe& subscribe) {
    const auto place = find_opened(model, session.key, subscribe);
    if (!place) return std::nullopt;
    ModelAccount& first = model.accounts[*place];
    std::string& last_token = first.subscription.opened_by->token;
    const bool is_another = session.token != last_token && session.issued_at >= first.account.created_at;
    if (!is_another || is_forgotten(model, first.account) || first.account.removed_at) return std::nullopt;
    last_token = session.token;
    return place;
}

Expected subscribe_account(const World& world, Model& model, const ModelSession& session, const Subscribe& subscribe) {
    if (!model.is_valid(session)) return refuse({no_session});
    if (const auto first = find_repeated(model, session, subscribe)) return show_account(world, *first);

    const std::int64_t reseller_id = model.key_of(session).reseller_id;
    const bool has_premium = model.resellers.at(reseller_id).may_create_premium;
    const bool is_premium = subscribe.type == AccountType::family;
    std::vector<int> problems;
    if (is_premium && !has_premium) problems.push_back(premium_forbidden);
    if (!subscribe.plan_id) problems.push_back(required);
    if (subscribe.plan_id) check_plan(model, reseller_id, subscribe.type, *subscribe.plan_id, problems);
    const bool has_company = subscribe.details.contains("PremiumAccountInfo");
    if (has_company != is_premium) problems.push_back(is_premium ? required : not_allowed);
    const bool wants_parent = !is_premium && has_premium;
    if (wants_parent != subscribe.parent_guid.has_value()) problems.push_back(wants_parent ? required : not_allowed);
    std::optional<std::size_t> parent;
    if (wants_parent && subscribe.parent_guid) {
        parent = find_account(world, model, reseller_id, *subscribe.parent_guid);
        if (const int problem = judge_parent(model, parent, false)) problems.push_back(problem);
    }
    if (is_external_id_too_long(subscribe.details)) problems.push_back(too_long);
    if (!problems.empty()) return refuse(problems);

    ModelAccount opened{
        .account = {.reseller_id = reseller_id, .type = subscribe.type, .opened_under = Revision::signalmind},
        .subscription = {.plan_id = subscribe.plan_id,
                         .parent = parent,
                         .details = subscribe.details,
                         .opened_by = ModelRequest{session.key, subscribe, session.token}}};
    opened.account.created_at = opened.account.updated_at = model.now(reseller_id);
    model.accounts.push_back(opened);
    const std::size_t place = model.accounts.size() - 1;
    return show_account(world, place);
}

std::optional<http::Response> put_account(Simulation& sim, const ModelSession& session, const Subscribe& subscribe) {
    http::Request request = speak(session, put, "accounts", subscribe.body());
    maybe_with_key(sim, request);
    Model probe = sim.model();
    // Its rows are the same whether or not it was done.
    const bool is_repetition = find_repeated(probe, session, subscribe).has_value();
    return sim.change(
        std::move(request), [&](Model& model) { return subscribe_account(sim.world(), model, session, subscribe); },
        !is_repetition);
}

bool is_full_of_clients(Simulation& sim) {
    const auto count = std::ranges::count_if(sim.model().accounts, [](const auto& it) {
        return !it.account.removed_at && it.account.opened_under == Revision::signalmind;
    });
    return std::size_t(count) >= living_max_of_clients && !sim.random().chance(10);
}

void subscribe(Simulation& sim) {
    if (is_full_of_clients(sim)) return;
    const auto session = pick_session(sim);
    if (session) put_account(sim, *session, pick_subscribe(sim, sim.model().key_of(*session).reseller_id));
}

// As a client whose answer got lost: with a new token, or, for a second account, with the same one.
void repeat_subscribe(Simulation& sim) {
    if (is_full_of_clients(sim)) return;
    // Rather one that is known yet.
    std::optional<ModelRequest> chosen;
    for (int i = 0; i < 30; ++i) {
        const ModelAccount& some = sim.random().pick_of(sim.model().accounts);
        if (some.subscription.opened_by) chosen = some.subscription.opened_by;
        if (chosen && !is_forgotten(sim.model(), some.account)) break;
    }
    if (!chosen) return;
    const Subscribe subscribe = chosen->subscribe;
    const std::string key = chosen->key, last_token = chosen->token;
    std::optional<ModelSession> session;
    for (const ModelSession& known : sim.model().sessions)
        if (known.key == key && (known.token == last_token || sim.random().chance(40))) session = known;
    if (!session || !sim.model().is_valid(*session) || sim.random().chance(60))
        session = open_session(sim, *std::ranges::find(sim.model().keys, key, &ModelToken::secret));
    if (session) put_account(sim, *session, subscribe);
}

// --- changing ---

using Act = std::function<Expected(Model&, std::size_t place)>;

void operate(Simulation& sim, http::Method method, const std::string& tail, const std::string& body,
             std::optional<AccountType> rather, const Act& act) {
    const auto session = pick_session(sim);
    if (!session) return;
    const std::int64_t reseller_id = sim.model().key_of(*session).reseller_id;
    const std::string guid = pick_guid(sim, reseller_id, sim.random().chance(85) ? rather : std::nullopt);
    sim.change(speak(*session, method, "accounts/" + guid + tail, body), [&](Model& model) -> Expected {
        if (!model.is_valid(*session)) return refuse({no_session});
        const auto place = find_account(sim.world(), model, reseller_id, guid);
        return place ? act(model, *place) : refuse({no_account});
    });
}

// Brought up to date, and not closed.
bool is_open_now(Model& model, std::size_t place) {
    model.settle(place);
    return !is_closed(model.accounts[place].account);
}

void apply_text(json::object& kept, std::string_view name, const json::value& said, bool& differs) {
    const json::value* before = kept.if_contains(name);
    if (before ? *before == said : said.as_string().empty()) return;
    kept[name] = said;
    differs = true;
}

void forget_old_request(Model& model, std::size_t place) {
    ModelAccount& known = model.accounts[place];
    if (is_forgotten(model, known.account)) known.subscription.opened_by.reset();
}

// What is said replaces what was; the rest stays.
bool apply_details(json::object& kept, const json::object& said) {
    bool differs = false;
    for (const auto& [name, value] : said) {
        if (name != "PremiumAccountInfo") {
            apply_text(kept, name, value, differs);
            continue;
        }
        json::object company = kept.contains(name) ? kept[name].as_object() : json::object();
        for (const auto& [member, text] : value.as_object()) company[member] = text;
        differs |= !kept.contains(name) || kept[name] != json::value(company);
        kept[name] = company;
    }
    return differs;
}

Expected change_details(const World& world, Model& model, std::size_t place, const json::object& details,
                        std::optional<std::int64_t> plan_id) {
    if (!is_open_now(model, place)) return refuse({canceled});
    ModelAccount& known = model.accounts[place];
    std::vector<int> problems;
    if (plan_id && plan_id != known.subscription.plan_id) problems.push_back(fixed);
    if (details.contains("PremiumAccountInfo") && known.account.type != AccountType::family)
        problems.push_back(not_allowed);
    if (is_external_id_too_long(details)) problems.push_back(too_long);
    if (!problems.empty()) return refuse(problems);
    const bool differs = apply_details(known.subscription.details, details);
    if (differs) forget_old_request(model, place);
    model.change(place, known.account, model.now(known.account.reseller_id), differs);
    return show_account(world, place);
}

void change_account(Simulation& sim) {
    json::object details;
    if (sim.random().chance(50)) details["ExternalId"] = sim.random().chance(10) ? "" : pick_external_id(sim);
    if (sim.random().chance(40)) details["FirstName"] = fmt::format("n{}", sim.random().below(9));
    const bool is_premium = sim.random().chance(30);
    if (is_premium) details["PremiumAccountInfo"] = pick_company(sim);
    json::object body = details;
    std::optional<std::int64_t> plan_id;
    if (sim.random().chance(15)) body["AccountPlanId"] = *(plan_id = pick_plan(sim));
    operate(
        sim, post, "", json::serialize(body), is_premium ? AccountType::family : AccountType::individual,
        [&](Model& model, std::size_t place) { return change_details(sim.world(), model, place, details, plan_id); });
}

void change_external_id(Simulation& sim) {
    const std::string external_id = pick_external_id(sim);
    operate(sim, post, "/changeexternalid/" + external_id, "", {}, [&](Model& model, std::size_t place) -> Expected {
        const Expected changed = change_details(sim.world(), model, place, {{"ExternalId", external_id}}, {});
        return changed.is_accepted() ? show_true(place) : changed;
    });
}

void change_status(Simulation& sim) {
    const std::string status = sim.random().chance(3)   ? "Asleep"
                               : sim.random().chance(8) ? "Canceled"
                                                        : sim.random().pick({"Active", "Disabled", "Suspended"});
    std::optional<AccountType> rather;
    if (status == "Disabled") rather = AccountType::individual;
    if (status == "Suspended" || status == "Canceled" || sim.random().chance(50)) rather = AccountType::family;
    operate(sim, post, "/changeaccountstatus/" + status, "", rather, [&](Model& model, std::size_t place) -> Expected {
        const bool is_premium = model.accounts[place].account.type == AccountType::family;
        if (status == "Asleep") return refuse({unsupported});
        if (status != "Active" && (status == "Disabled") == is_premium) return refuse({not_of_type});
        model.settle(place);
        Account after = model.accounts[place].account;
        if (status != "Canceled" && is_closed(after)) return refuse({canceled});
        if (status == "Canceled") after.stage = Stage::deprovisioned;
        if (status != "Canceled") after.holds.administrative = status != "Active";
        model.change(place, after, model.now(after.reseller_id));
        return show_true(place);
    });
}

void change_plan(Simulation& sim) {
    const std::int64_t plan_id = pick_plan(sim);
    const auto rather = sim.random().chance(60) ? AccountType::family : AccountType::individual;
    operate(sim, post, fmt::format("/changeaccountplan/{}", plan_id), "", rather,
            [&](Model& model, std::size_t place) -> Expected {
                if (!is_open_now(model, place)) return refuse({canceled});
                ModelAccount& known = model.accounts[place];
                std::vector<int> problems;
                check_plan(model, known.account.reseller_id, known.account.type, plan_id, problems);
                if (!problems.empty()) return refuse(problems);
                const Plan* plan = model.find_plan(known.account.reseller_id, known.account.type, plan_id);
                const bool is_limited = plan->type == AccountType::family && plan->sub_accounts_limit != no_limit;
                if (is_limited && model.count_open_sub_accounts(place) > plan->sub_accounts_limit)
                    return refuse({too_many_for_plan});
                const bool differs = std::exchange(known.subscription.plan_id, plan_id) != plan_id;
                if (differs) forget_old_request(model, place);
                model.change(place, known.account, model.now(known.account.reseller_id), differs);
                return show_true(place);
            });
}

void move_account(Simulation& sim) {
    const std::int64_t reseller_id = sim.random().chance(85) ? reseller_of_families : 7;
    const std::string destination =
        pick_guid(sim, reseller_id, sim.random().chance(90) ? std::optional(AccountType::family) : std::nullopt);
    operate(sim, post, "/movebasicaccount/" + destination, "", AccountType::individual,
            [&](Model& model, std::size_t place) -> Expected {
                if (!is_open_now(model, place)) return refuse({canceled});
                ModelAccount& known = model.accounts[place];
                if (known.account.type != AccountType::individual) return refuse({not_basic});
                const auto parent = find_account(sim.world(), model, known.account.reseller_id, destination);
                if (parent && parent == known.subscription.parent) return show_true(place);
                if (const int problem = judge_parent(model, parent, true)) return refuse({problem});
                model.settle(*parent);
                known.subscription.parent = parent;
                forget_old_request(model, place);
                Account after = known.account;
                after.holds.parent = model.accounts[*parent].account.holds.any();
                model.change(place, after, model.now(after.reseller_id), true);
                return show_true(place);
            });
}

void delete_account(Simulation& sim) {
    operate(sim, delete_, "/deletebasicaccount", "", AccountType::individual,
            [&](Model& model, std::size_t place) -> Expected {
                if (model.accounts[place].account.type != AccountType::individual) return refuse({not_basic});
                model.settle(place);
                Account after = model.accounts[place].account;
                after.stage = Stage::deprovisioned;
                after.removed_at = model.now(after.reseller_id);
                model.change(place, after, *after.removed_at);
                return show_true(place);
            });
}

// --- reading ---

void show(Simulation& sim) {
    const auto session = pick_session(sim);
    if (!session) return;
    const std::int64_t reseller_id = sim.model().key_of(*session).reseller_id;
    const std::string guid = pick_guid(sim, reseller_id);
    const auto response = sim.look(speak(*session, get, "accounts/" + guid));
    if (!sim.model().is_valid(*session)) return sim.expect(refuse({no_session}), response);
    const auto place = find_account(sim.world(), sim.model(), reseller_id, guid);
    if (!place) return sim.expect(refuse({no_account}), response);
    Expected expected = show_account(sim.world(), *place);
    expected.judge = [&](const Model& model, const http::Response& told) {
        json::object object = shown(sim.world(), model, *place);
        if (model.accounts[*place].account.type == AccountType::individual) {
            object["Sites"] = json::array();
        } else {
            json::array& below = object["SubAccounts"].emplace_array();
            for (const std::size_t i : model.sub_accounts(*place)) below.push_back(shown(sim.world(), model, i));
        }
        return compare_data(told, object);
    };
    sim.expect(expected, response);
}

void list(Simulation& sim) {
    const auto session = pick_session(sim);
    if (!session) return;
    const std::int64_t reseller_id = sim.model().key_of(*session).reseller_id;
    const std::int64_t skip = sim.random().chance(50) ? 0 : sim.random().below(12);
    const std::int64_t take = sim.random().chance(3) ? 501 : sim.random().between(1, 20);
    const std::string external_id = sim.random().chance(50) ? "" : fmt::format("e-{}", sim.random().below(8));
    const auto response =
        sim.look(speak(*session, get, fmt::format("accounts?externalid={}&skip={}&take={}", external_id, skip, take)));
    if (!sim.model().is_valid(*session)) return sim.expect(refuse({no_session}), response);
    if (take > 500) return sim.expect(refuse({out_of_range}), response);
    sim.expect({.status = 200}, response);
    json::array items;
    std::int64_t all = 0;
    for (std::size_t i = 0; i < sim.model().accounts.size(); ++i) {
        const ModelAccount& known = sim.model().accounts[i];
        if (known.account.reseller_id != reseller_id || known.account.removed_at) continue;
        const json::value* own = known.subscription.details.if_contains("ExternalId");
        if (!external_id.empty() && (!own || own->as_string() != external_id)) continue;
        if (all++ >= skip && std::int64_t(items.size()) < take) items.push_back(shown(sim.world(), sim.model(), i));
    }
    const std::string wrong = compare_data(response, json::object{{"Items", items}, {"AllCount", all}});
    sim.check(wrong.empty(), "a list tells " + response.body + '\n' + wrong);
}

}  // namespace

std::vector<Command> signalmind_commands() {
    return {
        {"open_any_session", 2, open_any_session},
        {"change_keys", 2, change_keys},
        {"subscribe", 20, subscribe},
        {"repeat_subscribe", 4, repeat_subscribe},
        {"change_account", 4, change_account},
        {"change_external_id", 2, change_external_id},
        {"change_status", 10, change_status},
        {"change_plan", 5, change_plan},
        {"move_account", 8, move_account},
        {"delete_account", 3, delete_account},
        {"signalmind_show", 4, show},
        {"signalmind_list", 3, list},
    };
}

}  // namespace sim
