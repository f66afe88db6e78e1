#include "tests/sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <future>
#include <limits>

#include "db/sqlite.h"
#include "engine/check_accounts.h"
#include "engine/housekeeping.h"
#include "server/dialects.h"
#include "server/sandbox.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/migrate.h"
#include "store/resellers.h"
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

std::string secret_of(const http::Request& request) {
    const std::string* header = request.headers.find("authorization");
    return header ? header->substr(std::string_view("Bearer ").size()) : "";
}

std::string header_of(const http::Request& request, std::string_view name) {
    const std::string* header = request.headers.find(name);
    return header ? *header : "";
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
                                     std::pair(holds.credit, "credit")})
        if (held) text += (text.empty() ? "" : ",") + std::string(name);
    return text;
}

std::string text_of(const boost::json::value& value) {
    if (value.is_null()) return "";
    return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, std::ostream* trace)
    : seed_(seed), trace_(trace), random_(seed), vfs_("sim-" + std::to_string(seed)) {
    vfs_.remember_synced();
    start();
    db::write_and_wait(*database_, [&](db::Tx& tx) { seed_sandbox(tx, world_); });
    learn_the_beginning();
}

Simulation::~Simulation() { stop(); }

void Simulation::start() {
    // Mapped pages would be read behind the back of the disk that fails.
    auto database = db::open_sqlite({.path = folder_.file("sim.db"), .vfs = vfs_.name(), .mapped_bytes = 0});
    const auto migrated = store::migrate(*database);
    if (!migrated.ok()) throw Violation("no tables: " + migrated.error().detail);
    database_ = std::make_unique<FaultyDatabase>(std::move(database));
    sandbox_ = std::make_unique<sandbox::Sandbox>(seed_sandbox);
    dialect::ServiceOptions options;
    options.dialects = {&sandbox_->dialect()};
    for (const dialect::Dialect* dialect : all_dialects()) options.dialects.push_back(dialect);
    service_ = std::make_unique<dialect::Service>(*database_, world_, std::move(options));
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
            ModelReseller known{reseller, {}};
            for (const Promotion& promotion : store::list_promotions(tx, reseller.id))
                known.promotions.insert({promotion.domain, promotion.type});
            model_.resellers.emplace(reseller.id, known);
        }
        for (const Account& account : store::list_accounts_after(tx, 0, 1'000))
            model_.accounts.push_back({account, std::nullopt});
    });
    model_.tokens = {{.secret = "sandbox-partner", .reseller_id = 2},
                     {.secret = "sandbox-partner-b", .reseller_id = 3}};
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

std::optional<http::Response> Simulation::change(http::Request request, const std::function<Expected(Model&)>& act,
                                                 bool may_be_lost) {
    const Fault fault = choose_fault(may_be_lost);
    const std::pair key(secret_of(request), header_of(request, "idempotency-key"));
    if (spoilt_keys_.contains(key)) return std::nullopt;
    const auto known = key.second.empty() ? model_.answers.end() : model_.answers.find(key);
    const auto token =
        std::ranges::find_if(model_.tokens, [&](const ModelToken& it) { return it.secret == key.first; });
    const bool may_call = token == model_.tokens.end() || model_.is_valid(*token);
    if (known != model_.answers.end() && may_call && model_.now(known->second.reseller_id) < known->second.expires_at)
        return replay(request, known->second, fault);
    return change_once(request, act, fault);
}

std::optional<http::Response> Simulation::change_once(const http::Request& request,
                                                      const std::function<Expected(Model&)>& act, Fault fault) {
    Model after = model_;
    const Expected expected = act(after);
    if (!expected.is_accepted()) after = model_;
    const std::pair key(secret_of(request), header_of(request, "idempotency-key"));
    const bool has_key = !key.second.empty();
    const auto token =
        std::ranges::find_if(model_.tokens, [&](const ModelToken& it) { return it.secret == key.first; });
    const std::int64_t clock_of = token == model_.tokens.end() ? 1 : token->reseller_id;
    ModelAnswer kept{request, clock_of, model_.now(clock_of) + answers_are_kept_for};
    if (has_key && expected.is_accepted()) after.answers.insert_or_assign(key, kept);

    database_->plan(fault);
    if (fault == Fault::power) vfs_.cut_power_at(static_cast<std::uint64_t>(random_.between(1, 60)));
    const http::Response response = send(request);
    database_->plan(Fault::none);
    say(fmt::format("{} {} {}{}{} -> {} (expected {} {}){}", request.method_name, request.target, request.body,
                    has_key ? " key " : "", key.second, response.status, expected.status, expected.code,
                    name_of(fault)));

    const bool failed = response.status == 503;
    const bool is_certain = fault == Fault::none || fault == Fault::twice;
    if (is_certain || !failed) {
        check(is_certain || fault == Fault::power || !expected.is_accepted(),
              "it was accepted by a database that failed");
        if (fault == Fault::power) cut_power();
        model_ = std::move(after);
        expect(expected, response);
        if (has_key && expected.status != 401 && expected.status != 403) {
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
        check(response.status == 503, "a database that failed has answered");
        return std::nullopt;
    }
    if (!same_request(request, known.request)) {
        check(response.status == 422, "another request with a key that has been used is not refused");
        return std::nullopt;
    }
    check(header_of(http::Request{.headers = response.headers}, "idempotency-replayed") == "true",
          "a repeated request was carried out again");
    if (known.response)
        check(same_answer(*known.response, response),
              "a key answered " + known.response->body + "\nand now answers " + response.body);
    check(known.response || response.status < 300, "what was done is answered as refused");
    model_.answers.at({secret_of(request), header_of(request, "idempotency-key")}).response = response;
    return response;
}

// After a crash: all of it is there, or nothing.
void Simulation::resolve(Model after) {
    std::vector<Account> rows;
    std::vector<Reseller> resellers;
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        rows = store::list_accounts_after(tx, 0, std::numeric_limits<int>::max());
        resellers = store::list_resellers(tx);
    });
    Model before = model_;
    if (adopt_and_compare(after, rows, resellers).empty()) {
        model_ = std::move(after);
        return say("... it is there");
    }
    const std::string otherwise = adopt_and_compare(before, rows, resellers);
    check(otherwise.empty(), "after a crash there is neither all nor nothing: " + otherwise);
    say("... it is not there");
}

void Simulation::expect(const Expected& expected, const http::Response& response) {
    check(response.status == expected.status,
          "it was answered " + std::to_string(response.status) + ' ' + response.body);
    if (!expected.code.empty())
        check(response.body.find("\"code\":\"" + expected.code + '"') != std::string::npos,
              "it was answered " + response.body);
    if (!expected.account || response.body.empty()) return;
    // What the model does not know yet is filled in from the rows, which have to be the model's otherwise.
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        const std::string wrong = adopt_and_compare(
            model_, store::list_accounts_after(tx, 0, std::numeric_limits<int>::max()), store::list_resellers(tx));
        check(wrong.empty(), wrong);
    });
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

// --- what must always hold ---

void Simulation::check_invariants() {
    db::read_and_wait(*database_, [&](db::Tx& tx) {
        const auto rows = store::list_accounts_after(tx, 0, std::numeric_limits<int>::max());
        const std::string wrong = adopt_and_compare(model_, rows, store::list_resellers(tx));
        check(wrong.empty(), wrong);
        check_uids(rows);
        read_events(tx);
        for (const Account& account : rows) check_events_against(account);
        for (const ModelAccount& known : model_.accounts)
            check(!known.money || told_[known.account.id]["balance"] == std::to_string(known.money->balance) + ".0",
                  "the events tell another balance of account " + std::to_string(known.account.id));
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
