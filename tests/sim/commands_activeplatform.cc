// What ActivePlatform's managers do, and what happens to the money of the accounts that they open.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "tests/sim/commands.h"

namespace sim {
namespace {

namespace json = boost::json;

using enum http::Method;

// --- managers, and how they see accounts ---

struct Manager {
    const char* token;
    std::int64_t home;
    bool may_write, may_remove;
};

constexpr Manager administrator{"sandbox-manager", 1, true, true};
constexpr Manager managers[] = {administrator,
                                administrator,
                                administrator,
                                {"sandbox-manager-northwind", 2, true, true},
                                {"sandbox-manager-sales", 1, true, false},
                                {"sandbox-manager-marketing", 1, false, false}};

const Manager& pick_manager(Simulation& sim) { return managers[sim.random().below(std::int64_t(std::size(managers)))]; }

bool reaches(const Model& model, const Manager& manager, std::int64_t reseller_id) {
    std::optional<std::int64_t> at = reseller_id;
    while (at && *at != manager.home) at = model.reseller(*at).parent_id;
    return at.has_value();
}

http::Request speak(const Manager& manager, http::Method method, const std::string& path, std::string body = "") {
    http::Request request{.method = method,
                          .method_name = std::string(http::to_string(method)),
                          .target = "/api/v3/resellers/" + path,
                          .headers = {{"X-Api-Token", manager.token}},
                          .body = std::move(body)};
    if (!request.body.empty()) request.headers.add("Content-Type", "application/vnd.api+json");
    return request;
}

std::string status_word(const Account& account) {
    if (account.removed_at || is_closed(account)) return "deleted";
    if (!account.holds.any()) return "active";
    const Holds only_credit{.credit = true};
    return account.holds == only_credit ? "credit_hold" : "administrative_hold";
}

// What is wrong with how an account is shown; empty: nothing.
std::string compare(const Model& model, std::size_t place, const json::object& data) {
    const ModelAccount& known = model.accounts[place];
    const Account shown = model.settled(known.account);
    const json::object& attributes = data.at("attributes").as_object();
    json::object expected{{"reseller_id", shown.reseller_id}, {"status", status_word(shown)}};
    for (const char* name : {"first_name", "last_name", "name", "city", "email", "balance"}) expected[name] = nullptr;
    if (known.profile) {
        const ModelProfile& profile = *known.profile;
        expected["first_name"] = profile.first_name;
        expected["last_name"] = profile.last_name;
        expected["name"] = profile.first_name + "  " + profile.last_name;
        expected["city"] = profile.city;
        expected["email"] = profile.email;
        expected["balance"] = std::to_string(known.money->balance) + ".0";
    }
    json::object told;
    for (const auto& [name, value] : expected) told[name] = attributes.at(name);
    const json::value& owner = attributes.at("owner");
    expected["owner"] = known.owner.value_or("");
    told["owner"] = owner.is_null() ? json::value("") : owner.at("email");
    expected["updated_at"] = format_rfc3339(shown.updated_at);
    told["updated_at"] = format_rfc3339(*parse_rfc3339(std::string_view(attributes.at("updated_at").as_string())));
    expected["id"] = std::to_string(shown.id);
    told["id"] = data.at("id");
    return told == expected ? "" : "and " + json::serialize(told) + " should be " + json::serialize(expected);
}

Expected show_customer(int status, std::size_t place) {
    return {.status = status, .account = place, .judge = [place](const Model& model, const http::Response& response) {
                return compare(model, place, json::parse(response.body).as_object().at("data").as_object());
            }};
}

// --- opening and changing ---

// A postpaid account may be below zero for a day, a prepaid one, down to 200, for three.
void apply_class(ModelMoney& money, const std::string& account_class) {
    const bool is_prepaid = account_class == "prepay";
    money.class_threshold = is_prepaid ? 200 : 0;
    money.subzero_days = is_prepaid ? 3 : 1;
}

const char* pick_class(Simulation& sim) { return sim.random().pick({"prepay", "postpaytest"}); }

void open_customer(Simulation& sim) {
    if (is_full(sim)) return;
    const std::int64_t reseller_id = pick_reseller(sim);
    const std::string account_class = pick_class(sim);
    const std::string email = fmt::format("c{}@example.com", sim.random().bits() % 1'000'000'000);
    http::Request request = speak(
        administrator, post, fmt::format("{}/accounts", reseller_id),
        fmt::format(
            R"({{"data":{{"attributes":{{"account_type_id":1,"first_name":"Ada","last_name":"Lovelace","email":"{0}",)"
            R"("new_owner_first_name":"Ada","new_owner_last_name":"Lovelace","new_owner_email":"{0}",)"
            R"("account_class_key":"{1}","country":"BY","region":"Minsk","city":"Minsk","street":"Mira",)"
            R"("building":"1","zip":"220000","phone":"+375290000000"}}}}}})",
            email, account_class));
    maybe_with_key(sim, request);
    sim.change(std::move(request), [&](Model& model) -> Expected {
        const Instant now = model.now(reseller_id);
        ModelAccount opened{.account = {.reseller_id = reseller_id, .opened_under = Revision::activeplatform}};
        opened.account.created_at = opened.account.updated_at = now;
        opened.owner = email;
        opened.users = {email};
        opened.profile = ModelProfile{"Ada", "Lovelace", "Minsk", email, account_class};
        apply_class(opened.money.emplace(), account_class);
        model.accounts.push_back(opened);
        return show_customer(201, model.accounts.size() - 1);
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

using Act = std::function<Expected(Model&, std::size_t place)>;

// By id, through the reseller that the request names: mostly its own.
void operate(Simulation& sim, http::Method method, const std::string& tail, const std::string& body,
             bool Manager::*right, const Act& act) {
    const auto chosen = pick_account(sim);
    if (!chosen) return;
    const Manager& manager = pick_manager(sim);
    const Account picked = sim.model().accounts[*chosen].account;
    const std::int64_t reseller_id = sim.random().chance(96) ? picked.reseller_id : pick_reseller(sim);
    http::Request request = speak(manager, method, fmt::format("{}/accounts/{}{}", reseller_id, picked.id, tail), body);
    sim.change(std::move(request), [&](Model& model) -> Expected {
        if (!(manager.*right)) return {403};
        if (!reaches(model, manager, reseller_id) || reseller_id != picked.reseller_id) return {404};
        return act(model, *chosen);
    });
}

void change_customer(Simulation& sim) {
    json::object attributes{{"account_type_id", 1}};
    if (sim.random().chance(50)) attributes["last_name"] = fmt::format("L{}", sim.random().below(4));
    if (sim.random().chance(40)) attributes["city"] = sim.random().pick({"Minsk", "Brest", "Hrodna"});
    if (sim.random().chance(30)) attributes["email"] = fmt::format("K{}@Example.com", sim.random().below(5));
    if (sim.random().chance(30)) attributes["account_class_key"] = pick_class(sim);
    const bool is_wrong = sim.random().chance(8);
    if (is_wrong) attributes[sim.random().chance(50) ? "city" : "account_class_key"] = "";
    const std::string body = json::serialize(json::object{{"data", json::object{{"attributes", attributes}}}});
    operate(sim, patch, "", body, &Manager::may_write, [&](Model& model, std::size_t place) -> Expected {
        model.settle(place);
        ModelAccount& known = model.accounts[place];
        if (known.account.removed_at || is_closed(known.account) || !known.profile) return {409};
        if (is_wrong) return {422};
        ModelProfile profile = *known.profile;
        for (const auto& [name, member] : {std::pair("last_name", &ModelProfile::last_name),
                                           {"city", &ModelProfile::city},
                                           {"email", &ModelProfile::email},
                                           {"account_class_key", &ModelProfile::account_class}})
            if (const json::value* said = attributes.if_contains(name)) profile.*member = said->as_string();
        apply_class(*known.money, profile.account_class);
        const bool differs = profile != *known.profile;
        known.profile = profile;
        Account after = known.account;
        const Instant now = model.now(after.reseller_id);
        judge(after, *known.money, now);
        model.change(place, after, now, differs);
        return show_customer(200, place);
    });
}

void hold_customer(Simulation& sim) {
    const bool holds = sim.random().chance(50);
    operate(sim, holds ? post : delete_, "/administrative_hold", "", &Manager::may_write,
            [&](Model& model, std::size_t place) -> Expected {
                if (model.accounts[place].account.removed_at) return {409};
                model.settle(place);
                Account after = model.accounts[place].account;
                if (is_closed(after)) return {409};
                after.holds.administrative = holds;
                model.change(place, after, model.now(after.reseller_id));
                return show_customer(200, place);
            });
}

void remove_customer(Simulation& sim) {
    operate(sim, delete_, "", "", &Manager::may_remove, [](Model& model, std::size_t place) -> Expected {
        if (model.accounts[place].account.removed_at) return {404};
        model.settle(place);
        Account after = model.accounts[place].account;
        after.stage = Stage::deprovisioned;
        after.removed_at = model.now(after.reseller_id);
        model.change(place, after, *after.removed_at);
        return {204};
    });
}

// --- reading ---

void show(Simulation& sim) {
    const auto chosen = pick_account(sim);
    if (!chosen) return;
    const Manager& manager = pick_manager(sim);
    const Account& picked = sim.model().accounts[*chosen].account;
    const auto response = sim.look(speak(manager, get, fmt::format("{}/accounts/{}", picked.reseller_id, picked.id)));
    sim.expect(reaches(sim.model(), manager, picked.reseller_id) ? show_customer(200, *chosen) : Expected{404},
               response);
}

std::string to_lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

// A list's conditions, each with what it means. Lists look at accounts as they are stored.
using Condition = std::function<bool(const ModelAccount&)>;

Condition pick_condition(Simulation& sim, std::string& query) {
    const Model& model = sim.model();
    const ModelAccount some = sim.random().pick_of(model.accounts);
    switch (sim.random().below(5)) {
    case 0: {
        const std::string status = sim.random().pick({"active", "credit_hold", "administrative_hold", "deleted"});
        query += "&filter[status]=" + status + (sim.random().chance(30) ? ",active" : "");
        const bool also_active = query.ends_with(",active");
        return [=](const ModelAccount& it) {
            const std::string word = status_word(it.account);
            return word == status || (also_active && word == "active");
        };
    }
    case 1: {
        const std::string email = some.profile ? some.profile->email : "k1@example.com";
        query += "&filter[email]=" + email + ",k2@example.com";
        return [email = to_lower(email)](const ModelAccount& it) {
            const std::string own = it.profile ? to_lower(it.profile->email) : "";
            return own == email || own == "k2@example.com";
        };
    }
    case 2: {
        const Instant at = some.account.created_at;
        query += "&filter[created_at][lt]=" + format_rfc3339(at);
        return [=](const ModelAccount& it) { return it.account.created_at < at; };
    }
    case 3: {
        const Instant at = some.account.updated_at;
        query += "&filter[updated_at][gt]=" + format_rfc3339(at);
        return [=](const ModelAccount& it) { return it.account.updated_at > at; };
    }
    default: {
        const std::string email = some.owner.value_or("p1@example.com");
        query += "&filter[user_email]=" + email;
        return [=](const ModelAccount& it) { return it.users.contains(email); };
    }
    }
}

// Negative: left comes first. What has no profile is sorted as if it were less than all.
int compare_by(const std::string& name, const ModelAccount& left, const ModelAccount& right) {
    const auto sign = [](const auto& one, const auto& other) { return one < other ? -1 : other < one ? 1 : 0; };
    if (name == "created_at") return sign(left.account.created_at, right.account.created_at);
    if (name == "updated_at") return sign(left.account.updated_at, right.account.updated_at);
    if (name == "id") return sign(left.account.id, right.account.id);
    const auto text_of = [&](const ModelAccount& it) -> std::optional<std::string> {
        if (!it.profile) return std::nullopt;
        return name == "city"    ? it.profile->city
               : name == "email" ? to_lower(it.profile->email)
                                 : it.profile->last_name;
    };
    return sign(text_of(left), text_of(right));
}

void sort_places(const Model& model, const std::vector<std::string>& keys, std::vector<std::size_t>& places) {
    std::ranges::stable_sort(places, [&](std::size_t left, std::size_t right) {
        const ModelAccount &one = model.accounts[left], &other = model.accounts[right];
        for (const std::string& key : keys) {
            const bool is_descending = key.starts_with('-');
            const int order = compare_by(is_descending ? key.substr(1) : key, one, other);
            if (order != 0) return is_descending ? order > 0 : order < 0;
        }
        return keys.empty() && one.account.uid < other.account.uid;
    });
}

void list(Simulation& sim) {
    const Model& model = sim.model();
    const Manager& manager = pick_manager(sim);
    const std::int64_t reseller_id = pick_reseller(sim);
    const std::int64_t size = sim.random().between(1, 8), number = sim.random().between(1, 4);
    std::string query = fmt::format("?page[size]={}&page[number]={}", size, number);
    std::vector<Condition> conditions;
    for (std::int64_t i = sim.random().below(3); i > 0; --i) {
        std::string one;
        const Condition condition = pick_condition(sim, one);
        const std::string name = one.substr(0, one.find('='));
        if (query.find(name + '=') != std::string::npos) continue;
        query += one;
        conditions.push_back(condition);
    }
    if (query.find("[status]") == std::string::npos)
        conditions.emplace_back([](const ModelAccount& it) { return status_word(it.account) != "deleted"; });
    std::vector<std::string> keys;
    for (std::int64_t i = sim.random().below(3); i > 0; --i)
        keys.push_back(std::string(sim.random().chance(50) ? "-" : "") +
                       sim.random().pick({"id", "created_at", "updated_at", "city", "email", "last_name"}));
    if (!keys.empty()) query += fmt::format("&sort={}", fmt::join(keys, ","));

    const auto response = sim.look(speak(manager, get, fmt::format("{}/accounts{}", reseller_id, query)));
    if (!reaches(model, manager, reseller_id)) return sim.expect({404}, response);
    sim.expect({200}, response);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < model.accounts.size(); ++i) {
        const ModelAccount& it = model.accounts[i];
        if (it.account.reseller_id != reseller_id) continue;
        if (std::ranges::all_of(conditions, [&](const Condition& holds) { return holds(it); })) places.push_back(i);
    }
    sort_places(model, keys, places);
    const auto body = json::parse(response.body).as_object();
    const std::int64_t total = body.at("meta").at("total").as_int64();
    sim.check(total == std::int64_t(places.size()),
              fmt::format("{} tells {} accounts, and should {}", query, total, places.size()));
    places.erase(places.begin(), places.begin() + std::min(std::int64_t(places.size()), (number - 1) * size));
    if (places.size() > std::size_t(size)) places.resize(std::size_t(size));
    const json::array& data = body.at("data").as_array();
    sim.check(data.size() == places.size(),
              fmt::format("{} lists {} and should {}", query, data.size(), places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::string wrong = compare(model, places[i], data[i].as_object());
        sim.check(wrong.empty(), fmt::format("{} lists {}\n{}", query, response.body, wrong));
    }
}

}  // namespace

std::vector<Command> activeplatform_commands() {
    return {
        {"open_customer", 7, open_customer},     {"adjust_balance", 12, adjust_balance},
        {"change_customer", 7, change_customer}, {"hold_customer", 3, hold_customer},
        {"remove_customer", 1, remove_customer}, {"activeplatform_show", 3, show},
        {"activeplatform_list", 4, list},
    };
}

}  // namespace sim
