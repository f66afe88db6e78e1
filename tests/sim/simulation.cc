#include "tests/sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <future>
#include <limits>

#include "db/sqlite.h"
#include "engine/accounts/account_change.h"
#include "engine/accounts/check_accounts.h"
#include "engine/accounts/sub_accounts.h"
#include "engine/resellers/add_reseller.h"
#include "engine/subscriptions/plans.h"
#include "engine/upkeep/housekeeping.h"
#include "server/dialects.h"
#include "server/sandbox.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/imports.h"
#include "store/migrate.h"
#include "store/parent_changes.h"
#include "store/parts.h"
#include "store/plans.h"
#include "store/resellers.h"
#include "store/subscriptions.h"
#include "store/webhooks.h"
#include "tests/sim/faulty_database.h"

namespace sim {
namespace {

constexpr int check_all_each = 100;  // steps
constexpr std::size_t lines_kept = 40;
constexpr auto answers_are_kept_for = std::chrono::hours(24);

std::string_view name_of(Fault fault) {
    switch (fault) {
    case Fault::none: return "";
    case Fault::twice: return "  [run twice]";
    case Fault::refused: return "  [database refuses]";
    case Fault::undone: return "  [commit fails]";
    case Fault::lost: return "  [server dies after the commit]";
    case Fault::power: return "  [power fails on the way]";
    }
    return "";
}

std::string header_of(const http::Request& request, std::string_view name) {
    const std::string* header = request.headers.find(name);
    return header ? *header : "";
}

// SignalMind answers 200, whatever it has to say.
bool says_unavailable(const http::Response& response) {
    return response.status == 503 || response.body.find("\"Code\":1004,") != std::string::npos;
}

bool says_other_request(const http::Response& response) {
    return response.status == 422 || response.body.find("\"Code\":1008,") != std::string::npos;
}

std::vector<int> problems_of(const http::Response& response) {
    std::vector<int> codes;
    const auto body = boost::json::parse(response.body).as_object();
    for (const auto& message : body.at("Messages").as_array())
        codes.push_back(static_cast<int>(message.at("Code").as_int64()));
    return codes;
}

bool same_request(const http::Request& left, const http::Request& right) {
    return left.method == right.method && left.target == right.target && left.body == right.body &&
           header_of(left, "partnership-revision") == header_of(right, "partnership-revision");
}

bool same_answer(const http::Response& left, const http::Response& right) {
    const auto location = [](const http::Response& response) {
        const std::string* header = response.headers.find("location");
        return header ? *header : "";
    };
    return left.status == right.status && left.content_type == right.content_type && left.body == right.body &&
           location(left) == location(right);
}

std::string text_of(const std::optional<Instant>& instant) { return instant ? format_rfc3339(*instant) : ""; }

std::string text_of(const Holds& holds) {
    std::string text;
    for (const auto& [held, name] : {std::pair(holds.ended, "ended"), std::pair(holds.administrative, "administrative"),
                                     std::pair(holds.credit, "credit"), std::pair(holds.parent, "parent")})
        if (held) text += (text.empty() ? "" : ",") + std::string(name);
    return text;
}

// Sub-accounts as they will be once they have followed their parents: the model does not wait for lots.
Rows read_rows(db::Tx& tx, const World& world) {
    constexpr int all = std::numeric_limits<int>::max();
    auto endpoints = store::list_enabled_webhook_endpoints(tx, world.sealing_key());
    std::ranges::sort(endpoints, {}, &WebhookEndpoint::id);
    Rows rows{.accounts = store::list_accounts_after(tx, 0, all),
              .resellers = store::list_resellers(tx),
              .imports = store::list_imports(tx, operator_reseller_id, 0, all),
              .endpoints = std::move(endpoints)};
    for (const Reseller& reseller : rows.resellers) {
        for (Account& account : rows.accounts)
            if (account.reseller_id == reseller.id) account = followed(tx, std::move(account), reseller);
    }
    return rows;
}

// Of an account that a sandbox begins with.
ModelSubscription learn_subscription(db::Tx& tx, const Account& account) {
    const Subscription found = store::find_with_subscription(tx, account.reseller_id, account.id)->subscription;
    ModelSubscription known{.plan_id = found.plan_id};
    const auto put = [](boost::json::object& into, const char* name, const std::optional<std::string>& text) {
        if (text) into[name] = *text;
    };
    put(known.details, "ExternalId", found.external_id);
    put(known.details, "FirstName", found.first_name);
    put(known.details, "LastName", found.last_name);
    put(known.details, "Email", found.email);
    if (!found.company) return known;
    boost::json::object company;
    put(company, "CompanyShortName", found.company->short_name);
    put(company, "CompanyFullName", found.company->full_name);
    put(company, "MobileDomain", found.company->mobile_domain);
    company["ControlPanelDomains"] = found.company->control_panel_domains.at(0);
    known.details["PremiumAccountInfo"] = company;
    return known;
}

std::string text_of(const boost::json::value& value) {
    if (value.is_null()) return "";
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, std::ostream* trace)
    : seed_(seed), trace_(trace), random_(seed), vfs_("sim-" + std::to_string(seed)) {
    vfs_.remember_synced();
    set_accounts_at_once(accounts_in_a_lot);
    start();
    db::write_and_wait(*database_, [&](db::Tx& tx) {
        seed_sandbox(tx, world_);
        // One that is for accounts of one type only.
        for (const std::int64_t reseller_id : {6, 7}) {
            const Plan plan{.reseller_id = reseller_id, .type = AccountType::individual, .id = 3, .name = "Basic Max"};
            if (!add_plan(tx, world_, plan).ok()) throw Violation("there are other plans");
        }
    });
    learn_the_beginning();
}

Simulation::~Simulation() { stop(); }

void Simulation::start() {
    // Mapped pages would be read behind the back of the disk that fails.
    auto database = db::open_sqlite({.path = folder_.file("sim.db"), .vfs = vfs_.name()});
    const auto migrated = store::migrate(*database);
    if (!migrated.ok()) throw Violation("no tables: " + migrated.error().detail);
    database_ = std::make_unique<FaultyDatabase>(std::move(database));
    sandbox_ = std::make_unique<sandbox::Sandbox>(seed_sandbox);
    service::ServiceOptions options;
    options.dialects = {&sandbox_->dialect()};
    for (const service::Dialect* dialect : all_dialects()) options.dialects.push_back(dialect);
    service_ = std::make_unique<service::Service>(*database_, world_, std::move(options));
}

// The database ends first, as in the server: what still waits in it reaches for the service.
void Simulation::stop() {
    database_.reset();
    service_.reset();
    sandbox_.reset();
}

void Simulation::restart() {
    stop();
    start();
    say("restart");
}

void Simulation::cut_power() {
    vfs_.cut_power();
    stop();
    vfs_.restore_power(random_.bits() | 1);
    start();
    say("the power has failed, and is back");
}

void Simulation::learn_the_beginning() {
    model_ = {};
    model_.server_now = world_.now();
    events_.clear();
    told_.clear();
    told_changes_.clear();
    feed_cursor_.clear();
    fed_.clear();
    spoilt_keys_.clear();
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        for (const Reseller& reseller : store::list_resellers(tx)) {
            ModelReseller known{.reseller = reseller,
                                .plans = store::list_plans(tx, reseller.id),
                                .may_create_premium = store::find_rights(tx, reseller.id).may_create_premium};
            for (const Promotion& promotion : store::list_promotions(tx, reseller.id))
                known.promotions.insert({promotion.domain, promotion.type});
            model_.resellers.emplace(reseller.id, known);
        }
        for (const Account& account : store::list_accounts_after(tx, 0, 1'000))
            model_.accounts.push_back({.account = account, .subscription = learn_subscription(tx, account)});
    });
    model_.tokens = {{.secret = "sandbox-partner", .reseller_id = 2},
                     {.secret = "sandbox-partner-b", .reseller_id = 3}};
    model_.keys = {{.secret = "sandbox-reseller", .reseller_id = 6},
                   {.secret = "sandbox-reseller-basic", .reseller_id = 7}};
    check_invariants();
}

void Simulation::say(const std::string& line) {
    last_lines_.push_back(fmt::format("{:>5} {}", done_, line));
    if (last_lines_.size() > lines_kept) last_lines_.pop_front();
    if (trace_) *trace_ << last_lines_.back() << '\n';
}

void Simulation::check(bool holds, const std::string& otherwise) {
    if (!holds) throw Violation(otherwise);
}

void Simulation::run(int steps) {
    const int last = done_ + steps;
    try {
        while (done_ < last) {
            ++done_;
            step();
            follow_parents();
            check_invariants();
        }
    } catch (const std::exception& exception) {
        std::string told;
        for (const std::string& line : last_lines_) told += line + '\n';
        throw Violation(fmt::format("{}\nseed {}, step {}: {}\n(tests/sim/run {} replays it)", told, seed_, done_,
                                    exception.what(), seed_));
    }
}

void Simulation::step() {
    int all = 0;
    for (const Command& command : all_commands()) all += command.weight;
    std::int64_t drawn = random_.below(all);
    for (const Command& command : all_commands()) {
        drawn -= command.weight;
        if (drawn < 0) return command.run(*this);
    }
}

Fault Simulation::choose_fault(bool may_be_lost) {
    const std::int64_t drawn = random_.below(100);
    if (drawn < 6) return Fault::twice;
    if (drawn < 9) return Fault::refused;
    if (drawn < 12) return Fault::undone;
    if (drawn < 14 && may_be_lost) return Fault::lost;
    if (drawn < 16 && may_be_lost) return Fault::power;
    return Fault::none;
}

http::Response Simulation::send(http::Request request) {
    std::promise<http::Response> answered;
    service_->serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
    return answered.get_future().get();
}

http::Response Simulation::look(http::Request request) {
    const std::string asked = request.method_name + ' ' + request.target;
    http::Response response = send(std::move(request));
    say(fmt::format("{} -> {}", asked, response.status));
    return response;
}

// By whose secret, and by whose clock an answer to it is kept. SignalMind's tokens speak for their key.
Simulation::Speaking Simulation::who_speaks(const http::Request& request) const {
    const auto of = [&](const std::vector<ModelToken>& known, const std::string& secret) -> Speaking {
        const auto token = std::ranges::find(known, secret, &ModelToken::secret);
        if (token == known.end()) return {secret, operator_reseller_id, true};
        return {secret, token->reseller_id, model_.is_valid(*token)};
    };
    if (const std::string token = header_of(request, "authentication"); !token.empty()) {
        const auto session = std::ranges::find(model_.sessions, token, &ModelSession::token);
        if (session == model_.sessions.end()) return {token, operator_reseller_id, false};
        Speaking speaking = of(model_.keys, session->key);
        speaking.is_heard = model_.is_valid(*session);
        return speaking;
    }
    const std::string bearer = header_of(request, "authorization");
    if (bearer.empty()) return {header_of(request, "x-api-token"), operator_reseller_id, true};
    return of(model_.tokens, bearer.substr(std::string_view("Bearer ").size()));
}

std::optional<http::Response> Simulation::change(http::Request request, const std::function<Expected(Model&)>& act,
                                                 bool may_be_lost) {
    const Fault fault = choose_fault(may_be_lost);
    const Speaking speaking = who_speaks(request);
    const std::pair key(speaking.secret, header_of(request, "idempotency-key"));
    if (spoilt_keys_.contains(key)) return std::nullopt;
    const auto known = key.second.empty() ? model_.answers.end() : model_.answers.find(key);
    if (known != model_.answers.end() && speaking.is_heard &&
        model_.now(known->second.reseller_id) < known->second.expires_at)
        return replay(request, known->second, fault);
    return change_once(request, act, fault);
}

std::optional<http::Response> Simulation::change_once(const http::Request& request,
                                                      const std::function<Expected(Model&)>& act, Fault fault) {
    Model after = model_;
    const Expected expected = act(after);
    if (!expected.is_accepted()) after = model_;
    after.follow_rest();
    const Speaking speaking = who_speaks(request);
    const std::pair key(speaking.secret, header_of(request, "idempotency-key"));
    const bool has_key = !key.second.empty();
    ModelAnswer kept{request, speaking.reseller_id, model_.now(speaking.reseller_id) + answers_are_kept_for};
    if (has_key && expected.is_accepted()) after.answers.insert_or_assign(key, kept);

    database_->plan(fault);
    if (fault == Fault::power) vfs_.cut_power_at(static_cast<std::uint64_t>(random_.between(1, 60)));
    const http::Response response = send(request);
    database_->plan(Fault::none);
    say(fmt::format("{} {} {}{}{} -> {} (expected {} {}){}", request.method_name, request.target, request.body,
                    has_key ? " key " : "", key.second, response.status, expected.status,
                    expected.problems.empty() ? expected.code : fmt::format("{}", fmt::join(expected.problems, " ")),
                    name_of(fault)));

    const bool failed = says_unavailable(response);
    const bool is_certain = fault == Fault::none || fault == Fault::twice;
    if (is_certain || !failed) {
        check(is_certain || fault == Fault::power || !expected.is_accepted(),
              "it was accepted by a database that failed");
        if (fault == Fault::power) cut_power();
        model_ = std::move(after);
        expect(expected, response);
        if (has_key && expected.is_final()) {
            kept.response = response;
            model_.answers.insert_or_assign(key, kept);
        }
        if (fault == Fault::power && has_key && !expected.is_accepted()) spoilt_keys_.insert(key);
        return response;
    }
    if (fault == Fault::lost) restart();
    if (fault == Fault::power) {
        cut_power();
        if (has_key && !expected.is_accepted()) spoilt_keys_.insert(key);
    }
    if ((fault == Fault::lost || fault == Fault::power) && expected.is_accepted()) resolve(std::move(after));
    return std::nullopt;
}

std::optional<http::Response> Simulation::replay(const http::Request& request, const ModelAnswer& known, Fault fault) {
    const bool fails = fault == Fault::refused || fault == Fault::undone;
    database_->plan(fails || fault == Fault::twice ? fault : Fault::none);
    const http::Response response = send(request);
    database_->plan(Fault::none);
    say(fmt::format("again: {} {} {} key {} -> {}{}", request.method_name, request.target, request.body,
                    header_of(request, "idempotency-key"), response.status, fails ? name_of(fault) : ""));
    if (fails) {
        check(says_unavailable(response), "a database that failed has answered");
        return std::nullopt;
    }
    if (!same_request(request, known.request)) {
        check(says_other_request(response), "another request with a key that has been used is not refused");
        return std::nullopt;
    }
    check(header_of(http::Request{.headers = response.headers}, "idempotency-replayed") == "true",
          "a repeated request was carried out again");
    if (known.response)
        check(same_answer(*known.response, response),
              "a key answered " + known.response->body + "\nand now answers " + response.body);
    check(known.response || response.status < 300, "what was done is answered as refused");
    model_.answers.at({who_speaks(request).secret, header_of(request, "idempotency-key")}).response = response;
    return response;
}

// After a crash: all of it is there, or nothing.
void Simulation::resolve(Model after) {
    Rows rows;
    db::read_and_wait(*database_, [&](db::Tx& tx) { rows = read_rows(tx, world_); });
    Model before = model_;
    if (adopt_and_compare(after, rows).empty()) {
        model_ = std::move(after);
        return say("... it is there");
    }
    const std::string otherwise = adopt_and_compare(before, rows);
    check(otherwise.empty(), "after a crash there is neither all nor nothing: " + otherwise);
    say("... it is not there");
}

void Simulation::expect(const Expected& expected, const http::Response& response) {
    check(response.status == expected.status,
          "it was answered " + std::to_string(response.status) + ' ' + response.body);
    if (!expected.code.empty())
        check(response.body.find("\"code\":\"" + expected.code + '"') != std::string::npos,
              "it was answered " + response.body);
    if (!expected.problems.empty() || response.body.starts_with(R"({"Data":null)"))
        check(problems_of(response) == expected.problems, "it was answered " + response.body);
    if ((!expected.account && !expected.judge) || response.body.empty()) return;
    // What the model does not know yet is filled in from the rows, which have to be the model's otherwise.
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        const std::string wrong = adopt_and_compare(model_, read_rows(tx, world_));
        check(wrong.empty(), wrong);
    });
    if (expected.judge) {
        const std::string wrong = expected.judge(model_, response);
        return check(wrong.empty(), "it was answered " + response.body + '\n' + wrong);
    }
    const ModelAccount& known = model_.accounts[*expected.account];
    const boost::json::object body = boost::json::parse(response.body).as_object();
    const Account shown = model_.settled(known.account);
    std::map<std::string, std::string> wanted = {{"activation_token", shown.activation_token},
                                                 {"ends_at", text_of(shown.ends_at)}};
    if (body.contains("stage")) {
        wanted["id"] = std::to_string(shown.id);
        wanted["uid"] = shown.uid;
        wanted["status"] = to_string(status_of(shown));
        wanted["version"] = std::to_string(shown.version);
        wanted["deployed_members"] = std::to_string(shown.deployed_members);
        wanted["removed_at"] = text_of(shown.removed_at);
        wanted["updated_at"] = text_of(shown.updated_at);
    }
    for (const auto& [name, value] : wanted) {
        const std::string told = body.contains(name) ? text_of(body.at(name)) : "";
        check(told == value, name + " is told as \"" + told + "\" and should be \"" + value + '"');
    }
    if (body.contains("owner")) {
        const auto& owner = body.at("owner");
        const std::string email = owner.is_null() ? "" : text_of(owner.at("email"));
        check(email == known.owner.value_or(""), "the owner is told as " + email);
    }
}

void Simulation::keep_house() {
    const Fault fault = choose_fault(false);
    database_->plan(fault);
    bool failed = false;
    try {
        run_housekeeping(*database_, world_);
    } catch (const db::Unavailable&) {
        failed = true;
    }
    database_->plan(Fault::none);
    say(std::string("housekeeping") + (failed ? std::string(name_of(fault)) : ""));
    check(!failed || fault == Fault::refused || fault == Fault::undone, "housekeeping failed");
    if (!failed) return model_.keep_house();
    // What is left over is done next time.
    run_housekeeping(*database_, world_);
    model_.keep_house();
}

void Simulation::follow_parents() {
    const auto read_some = [&] {
        std::vector<store::ParentKey> parents;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            parents = store::list_changed_parents(tx, store::all_parts, 1);
            if (parents.empty()) return;
            for (const Account& account : store::list_accounts_after(tx, 0, std::numeric_limits<int>::max()))
                check_shown(tx, account);
        });
        return parents;
    };
    for (auto parents = read_some(); !parents.empty(); parents = read_some()) {
        const Fault fault = choose_fault(true);
        database_->plan(fault);
        if (fault == Fault::power) vfs_.cut_power_at(static_cast<std::uint64_t>(random_.between(1, 60)));
        try {
            db::write_and_wait(*database_, [&](db::Tx& tx) {
                follow_further(tx, world_, parents[0].reseller_id, parents[0].parent_id);
            });
        } catch (const db::Unavailable&) {
            check(fault != Fault::none && fault != Fault::twice, "a lot of sub-accounts could not follow");
        }
        database_->plan(Fault::none);
        say(fmt::format("a lot follows account {}{}", parents[0].parent_id, name_of(fault)));
        if (fault == Fault::lost) restart();
        if (fault == Fault::power) cut_power();
    }
}

// Rows may be behind: whoever asks is told what the model says.
void Simulation::check_shown(db::Tx& tx, const Account& account) {
    const auto known = std::ranges::find(model_.accounts, account.id, [](const auto& it) { return it.account.id; });
    if (known == model_.accounts.end()) return;  // its answer got lost
    const Reseller reseller = *store::find_reseller(tx, account.reseller_id);
    const Account shown = settled(tx, account, reseller, world_.now(reseller));
    const Account wanted = model_.settled(known->account);
    check(shown.holds == wanted.holds && shown.stage == wanted.stage && shown.version == wanted.version,
          fmt::format("account {} does not show what its parent has been through: {} version {} for {} version {}",
                      account.id, text_of(shown.holds), shown.version, text_of(wanted.holds), wanted.version));
}

// --- what must always hold ---

void Simulation::check_invariants() {
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        const Rows rows = read_rows(tx, world_);
        const std::string wrong = adopt_and_compare(model_, rows);
        check(wrong.empty(), wrong);
        check_uids(rows.accounts);
        read_events(tx);
        for (const Account& account : rows.accounts) check_events_against(account);
        for (const ModelAccount& known : model_.accounts)
            check(!known.money || told_[known.account.id]["balance"] == std::to_string(known.money->balance) + ".0",
                  "the events tell another balance of account " + std::to_string(known.account.id));
        check_profiles();
        check_subscriptions(tx);
        if (done_ % check_all_each != 0) return;
        const CheckedAccounts checked = check_accounts(tx, world_);
        check(checked.problems.empty(), checked.problems.empty() ? "" : checked.problems.front());
    });
}

void Simulation::check_uids(const std::vector<Account>& rows) {
    std::set<std::pair<std::int64_t, std::string_view>> living;
    for (const Account& account : rows) {
        check(model_.resellers.contains(account.reseller_id), "an account belongs to no reseller: " + account.uid);
        if (account.removed_at) continue;
        check(living.insert({account.reseller_id, account.uid}).second,
              "two living accounts bear the uid " + account.uid);
    }
}

void Simulation::check_profiles() {
    for (const ModelAccount& known : model_.accounts) {
        if (!known.profile) continue;
        const std::map<std::string, std::string>& told = told_[known.account.id];
        for (const auto& [field, value] : {std::pair("last_name", known.profile->last_name),
                                           {"city", known.profile->city},
                                           {"email", known.profile->email}})
            check(!told.contains(field) || told.at(field) == value,
                  fmt::format("the events tell another {} of account {}", field, known.account.id));
    }
}

// Of each account as of its parent, and what the events say of both.
void Simulation::check_subscriptions(db::Tx& tx) {
    for (const ModelToken& key : model_.keys) {
        if (key.id != 0) continue;  // another of a reseller that has been looked at
        for (const auto& row : store::list_with_subscriptions(tx, key.reseller_id, {.take = 100'000}))
            check_subscription(row.account, row.subscription);
    }
    for (std::size_t i = 0; i < model_.accounts.size(); ++i) {
        const auto plan_id = model_.accounts[i].subscription.plan_id;
        const Account& account = model_.accounts[i].account;
        const Plan* plan = plan_id ? model_.find_plan(account.reseller_id, account.type, *plan_id) : nullptr;
        if (!plan || plan->type != AccountType::family || plan->sub_accounts_limit == no_limit) continue;
        check(model_.count_open_sub_accounts(i) <= plan->sub_accounts_limit,
              "more sub-accounts than its plan allows has account " + std::to_string(account.id));
    }
}

void Simulation::check_subscription(const Account& account, const Subscription& subscription) {
    const std::string name = "account " + std::to_string(account.id);
    const auto place = std::ranges::find(model_.accounts, account.id, [](const auto& it) { return it.account.id; });
    const ModelSubscription& known = place->subscription;
    std::map<std::string, std::string>& told = told_[account.id];
    const std::string plan = subscription.plan_id ? std::to_string(*subscription.plan_id) : "";
    const std::string parent = subscription.parent_id ? std::to_string(*subscription.parent_id) : "";
    const std::string external_id = subscription.external_id.value_or("");
    check(subscription.plan_id == known.plan_id, name + " has another plan: " + plan);
    check(told["plan"] == plan, "the events tell another plan of " + name);
    check(parent == (known.parent ? std::to_string(model_.accounts[*known.parent].account.id) : ""),
          name + " has another parent: " + parent);
    check(told["parent"] == parent, "the events tell another parent of " + name);
    check(told["external_id"] == external_id, "the events tell another external id of " + name);
    if (!known.parent || is_closed(account)) return;
    const Account& above = model_.accounts[*known.parent].account;
    check(!is_closed(above), name + " is open, and closed is " + std::to_string(above.id) + " that it belongs to");
    check(account.holds.parent == above.holds.any(),
          name + " is held otherwise than " + std::to_string(above.id) + " that it belongs to");
}

void Simulation::read_events(db::Tx& tx) {
    const store::EventRange range{.after_id = events_.empty() ? 0 : events_.back().id,
                                  .before_id = std::numeric_limits<std::int64_t>::max()};
    for (Event& event : store::list_all_events(tx, range, std::numeric_limits<int>::max())) {
        fold(event);
        events_.push_back(std::move(event));
    }
}

void Simulation::fold(const Event& event) {
    const std::string name = std::string(to_string(event.kind)) + " of account " + std::to_string(event.account_id);
    check(!event.changes.empty(), name + " changes nothing");
    std::set<std::string> fields;
    for (const Change& change : event.changes) {
        check(!change.field.empty() && fields.insert(change.field).second,
              name + " says twice, or of nothing, what changed: " + change.field);
        check(event.account_id == 0 || change.before != change.after, name + " does not change " + change.field);
    }
    if (event.account_id == 0) return;
    auto [known, is_new] = told_.try_emplace(event.account_id);
    if (is_new) known->second = {{"deployed_members", "0"}, {"balance", "0.0"}, {"current_debt", "0.0"}};
    ++told_changes_[event.account_id];
    for (const Change& change : event.changes) {
        if (change.field == "stage" || change.field == "activation_token") continue;
        if (change.before.empty() && change.after == "changed") continue;  // of people only that something changed
        // Of a profile the opening says nothing.
        static const std::set<std::string> profile = {"name", "last_name", "city", "email", "account_class_id"};
        if (profile.contains(change.field)) known->second.try_emplace(change.field, change.before);
        std::string& told = known->second[change.field];
        check(told == change.before, name + " says that " + change.field + " was \"" + change.before +
                                         "\", and the events before it \"" + told + '"');
        told = change.after;
    }
}

void Simulation::check_events_against(const Account& account) {
    const std::string name = "the events of account " + std::to_string(account.id);
    const auto known = told_.find(account.id);
    check(known != told_.end(), name + " do not begin");
    std::map<std::string, std::string>& told = known->second;
    check(told_changes_[account.id] == account.version, name + " are not as many as its changes");
    for (const auto& [field, value] : {std::pair<std::string, std::string>("uid", account.uid),
                                       {"type", std::string(to_string(account.type))},
                                       {"domain", account.domain},
                                       {"status", std::string(to_string(status_of(account)))},
                                       {"holds", text_of(account.holds)},
                                       {"ends_at", text_of(account.ends_at)},
                                       {"removed_at", text_of(account.removed_at)},
                                       {"deployed_members", std::to_string(account.deployed_members)}})
        check(told[field] == value,
              name + " say that " + field + " is \"" + told[field] + "\", and it is \"" + value + '"');
}

}  // namespace sim
