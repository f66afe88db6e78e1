// Stored workflows and their runs, against a service in process: what operators are told, and that a run which is cut
// off anywhere goes on where it stood and does nothing twice.

#include "dialect/admin/workflows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "dialect/admin/admin.h"
#include "dialect/partnership/partnership.h"
#include "engine/accounts/check_accounts.h"
#include "engine/resellers/add_reseller.h"
#include "engine/resellers/promotions.h"
#include "engine/upkeep/housekeeping.h"
#include "engine/workflows/workflow_runs.h"
#include "runner/messages.h"
#include "store/workflow_runs.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"
#include "workflow/text/text.h"

namespace {

namespace json = boost::json;

const std::string api = R"({
  "openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [{"url": "/api/v1"}],
  "security": [{"bearer": []}],
  "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
  "paths": {
    "/partners/accounts": {"post": {"operationId": "open", "requestBody": {"content": {"application/json": {}}}}},
    "/partners/accounts/{accountUid}": {
      "parameters": [{"name": "accountUid", "in": "path", "required": true}],
      "get": {"operationId": "show"},
      "patch": {"operationId": "update", "requestBody": {"content": {"application/json": {}}}},
      "delete": {"operationId": "remove"}}}})";

const std::string head =
    "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.json}]\nworkflows:\n";

const std::string provision = head + R"(
- workflowId: provision
  inputs:
    type: object
    required: [uid]
    properties: {uid: {type: string}, apiSecret: {type: string}}
  steps:
  - stepId: open
    operationId: open
    requestBody: {payload: {account_uid: $inputs.uid, account_type: F, domain: b5test.com}}
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {token: $response.body#/activation_token}
  - stepId: show
    operationId: show
    parameters: [{name: accountUid, in: path, value: $inputs.uid}]
    successCriteria: [{condition: $statusCode == 200}, {condition: $response.body#/activation_token == $steps.open.outputs.token}]
    outputs: {status: $response.body#/status}
  - stepId: date
    operationId: update
    parameters: [{name: accountUid, in: path, value: $inputs.uid}]
    requestBody: {payload: {ends_at: '2050-02-05T13:00:00-05:00'}}
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {ends_at: $response.body#/ends_at}
  outputs: {token: $steps.open.outputs.token, status: $steps.show.outputs.status, ends_at: $steps.date.outputs.ends_at}
)";

// A server's life: a service, and the runner in it. The database goes on when one follows the other.
class Server {
public:
    using Serve = std::function<void(service::Service::CallerFor, http::Request, http::Reply)>;
    using Wrap = std::function<Serve(Serve)>;

    Server(db::Database& database, World& world, const Wrap& wrap = {}, std::size_t runs_max = 1'000,
           std::size_t piece_bytes = workflows::RunnerOptions().piece_bytes,
           workflows::FindOwnDocument find_own_document = {}, bool is_shared = false)
        : service_(database, world,
                   {.dialects = {&workflows_.dialect(), &partnership::dialect, &admin::dialect},
                    .log_access = {},
                    .log_failure = {}}) {
        Serve serve = [this](auto caller_for, auto request, auto reply) {
            service_.serve_from_inside(std::move(caller_for), std::move(request), std::move(reply));
        };
        workflows::RunnerOptions options;
        options.database = &database;
        options.world = &world;
        options.serve = wrap ? wrap(serve) : serve;
        options.retry_delay = std::chrono::milliseconds(1);
        options.runs_max = runs_max;
        options.piece_bytes = piece_bytes;
        options.find_own_document = std::move(find_own_document);
        options.is_shared = is_shared;
        options.look_delay = std::chrono::milliseconds(1);
        workflows_.start(std::move(options));
    }

    ~Server() { workflows_.stop(); }

    http::Response send(const std::string& secret, http::Method method, const std::string& target,
                        const std::string& body = {}, http::Headers headers = {}) {
        http::Request request{.method = method, .target = target, .headers = std::move(headers), .body = body};
        request.method_name = http::to_string(method);
        request.headers.set("Authorization", "Bearer " + secret);
        std::promise<http::Response> answered;
        service_.serve(std::move(request), [&](http::Response response) { answered.set_value(std::move(response)); });
        return answered.get_future().get();
    }

private:
    workflows::Workflows workflows_;
    service::Service service_;
};

class StoredRuns : public testing::Test {
protected:
    StoredRuns() {
        db::write_and_wait(*database_, [&](db::Tx& tx) {
            const Caller root{.reseller = {.id = 1}};
            ASSERT_TRUE(add_domain(tx, world_, root, {"b5test.com"}).ok());
            ASSERT_TRUE(add_reseller(tx, world_, {.id = 1, .name = "Operator"}).ok());
            for (const std::int64_t id : {2, 3}) {
                ASSERT_TRUE(add_reseller(tx, world_, {.id = id, .parent_id = 1, .name = "R"}).ok());
                ASSERT_TRUE(
                    add_promotion(tx, world_, {.reseller_id = id, .domain = "b5test.com", .type = AccountType::family})
                        .ok());
            }
            for (const std::int64_t id : {1, 2, 3})
                ASSERT_TRUE(add_credential(tx, world_,
                                           {.reseller_id = id,
                                            .kind = CredentialKind::operator_token,
                                            .secret = "operator-" + std::to_string(id)})
                                .ok());
            ASSERT_TRUE(add_credential(tx, world_,
                                       {.reseller_id = 2, .kind = CredentialKind::partner_token, .secret = "partner"})
                            .ok());
        });
    }

    static std::string stored(const std::string& document) {
        return json::serialize(json::object{{"document", document}, {"sources", {{"api.json", api}}}});
    }

    static void put(Server& server, const std::string& name, const std::string& document) {
        const auto response =
            server.send("operator-1", http::Method::put, "/admin/v1/workflows/" + name, stored(document));
        ASSERT_EQ(response.status, 200) << response.body;
    }

    static std::string start(Server& server, const json::object& command, const std::string& secret = "operator-1") {
        const auto response =
            server.send(secret, http::Method::post, "/admin/v1/workflow-runs", json::serialize(command));
        EXPECT_EQ(response.status, 201) << response.body;
        const auto* location = response.headers.find("Location");
        return location ? *location : "";
    }

    static json::object look(Server& server, const std::string& location, const std::string& secret = "operator-1") {
        const auto response = server.send(secret, http::Method::get, location);
        EXPECT_EQ(response.status, 200) << response.body;
        return json::parse(response.body).as_object();
    }

    static json::object wait_for(Server& server, const std::string& location,
                                 const std::string& secret = "operator-1") {
        json::object run;
        for (const auto begun = std::chrono::steady_clock::now();
             std::chrono::steady_clock::now() - begun < std::chrono::seconds(60); std::this_thread::yield()) {
            run = look(server, location, secret);
            if (!run["ended_at"].is_null()) return run;
        }
        ADD_FAILURE() << "the run does not end: " << json::serialize(run);
        return run;
    }

    std::int64_t accounts() {
        std::int64_t count = 0;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            count = tx.run({"n", "SELECT count(*) FROM account"}, {})[0].integer(0);
        });
        return count;
    }

    TestWorld world_;
    FreshDatabase database_;
};

const json::object provision_a1{{"workflow", "provision"}, {"reseller_id", 2}, {"inputs", {{"uid", "a1"}}}};

TEST_F(StoredRuns, are_executed_by_this_server_and_can_be_read_back) {
    Server server(*database_, world_);
    put(server, "provision", provision);
    auto run = wait_for(server, start(server, {{"workflow", "provision"},
                                               {"reseller_id", 2},
                                               {"inputs", {{"uid", "a1"}, {"apiSecret", "do-not-tell"}}}}));
    EXPECT_EQ(run["status"], "passed") << json::serialize(run);
    const auto& outputs = run["outputs"].as_object();
    EXPECT_TRUE(outputs.at("token").as_string().starts_with("PNS-"));
    EXPECT_EQ(outputs.at("status"), "entitled");
    EXPECT_EQ(outputs.at("ends_at"), "2050-02-05T18:00:00.000Z");
    const auto& steps = run["steps"].as_array();
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_EQ(steps[0].at("step"), "open");
    EXPECT_EQ(steps[0].at("request").at("url"), "/api/v1/partners/accounts");
    EXPECT_EQ(steps[0].at("response").at("status"), 201);
    EXPECT_EQ(steps[2].at("step"), "date");
    const auto told = json::serialize(steps) + json::serialize(run["inputs"]);
    EXPECT_EQ(told.find("PNS-"), std::string::npos) << told;
    EXPECT_EQ(told.find("do-not-tell"), std::string::npos) << told;

    const auto shown = server.send("partner", http::Method::get, "/api/v1/partners/accounts/a1");
    EXPECT_EQ(shown.status, 200) << shown.body;
    EXPECT_EQ(json::parse(shown.body).at("ends_at"), "2050-02-05T18:00:00.000Z");
    auto list = look(server, "/admin/v1/workflow-runs");
    ASSERT_EQ(list["workflow_runs"].as_array().size(), 1u);
    EXPECT_EQ(list["workflow_runs"].at(0).at("status"), "passed");
}

// Every text of every row.
std::string everything_in(db::Database& database) {
    static std::deque<std::string> queries;  // they are known by their address
    std::string out;
    db::read_and_wait(database, [&](db::Tx& tx) {
        const auto tables = tx.run({"tables", "SELECT name FROM sqlite_master WHERE type = 'table'"}, {});
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const auto table = tables[i].text(0);
            const auto& of_columns = queries.emplace_back("SELECT name FROM pragma_table_info('" + table + "')");
            const auto columns = tx.run({of_columns, of_columns}, {});
            std::string all;
            for (std::size_t k = 0; k < columns.size(); ++k)
                all += (all.empty() ? "" : " || ' ' || ") + ("quote(\"" + columns[k].text(0) + "\")");
            const auto& of_rows = queries.emplace_back("SELECT " + all + " FROM \"" + table + "\"");
            const auto rows = tx.run({of_rows, of_rows}, {});
            for (std::size_t k = 0; k < rows.size(); ++k) out += table + " " + rows[k].text(0) + "\n";
        }
    });
    return out;
}

std::vector<std::string> ways_to_write(const std::string& secret) {
    auto as_json = workflow::to_json(workflow::json::value(secret));
    as_json = as_json.substr(1, as_json.size() - 2);
    std::vector<std::string> out = {secret,
                                    workflow::percent_encode(secret),
                                    workflow::form_encode(secret),
                                    workflow::xml_escape(secret),
                                    as_json,
                                    workflow::base64(secret).substr(0, secret.size() * 4 / 3 - 1)};
    for (const auto& once : std::vector<std::string>(out)) {
        out.push_back(workflow::percent_encode(once));
        const auto twice = workflow::to_json(workflow::json::value(once));
        out.push_back(twice.substr(1, twice.size() - 2));
    }
    return out;
}

// Whatever way its schema says that an input is a secret, and however the run ends: nothing of it stays.
TEST_F(StoredRuns, keep_no_input_that_is_a_secret_once_they_have_ended) {
    struct Case {
        const char *name, *inputs, *expression;
        bool is_nested, is_called;
    };
    const Case cases[] = {
        {"direct", "{type: object, properties: {pin: {type: string, format: password}}}", "$inputs.pin", false, false},
        {"referred", "{$ref: '#/components/inputs/creds'}", "$inputs.pin", false, false},
        {"all-of", "{allOf: [{$ref: '#/components/inputs/creds'}]}", "$inputs.pin", false, false},
        {"property", "{type: object, properties: {pin: {$ref: '#/components/inputs/pin'}}}", "$inputs.pin", false,
         false},
        {"nested", "{type: object, properties: {who: {$ref: '#/components/inputs/creds'}}}", "$inputs.who#/pin", true,
         false},
        {"called", "{type: object, properties: {pin: {type: string}}}", "$inputs.pin", false, true},
    };
    std::mt19937 random(7);
    for (const auto& one : cases) {
        SCOPED_TRACE(one.name);
        std::string secret = "S/";
        const std::vector<std::string> pieces = {"a", "b", "%", "\"", "\\", "&", "<", "+", " ", "7", "é"};
        for (int i = 0; i < 14; ++i) secret += pieces[random() % pieces.size()];
        secret += "xyz/E";
        const std::string use =
            "  steps:\n  - {stepId: ask, operationId: show, parameters: [{name: accountUid, in: path, value: '" +
            std::string(one.is_called ? "$inputs.inner" : one.expression) + "'}, {name: q, in: query, value: '" +
            (one.is_called ? "$inputs.inner" : one.expression) +
            "'}], successCriteria: [{condition: $statusCode == 200}], outputs: {all: $response.body}}\n";
        std::string document = head + "- workflowId: w\n  inputs: " + one.inputs + "\n";
        if (one.is_called)
            document +=
                "  steps: [{stepId: before, operationId: show, parameters: [{name: accountUid, in: path, value: "
                "$inputs.pin}], successCriteria: [{condition: $statusCode >= 400}]}, {stepId: call, workflowId: "
                "inner, parameters: [{name: inner, value: $inputs.pin}]}]\n- workflowId: inner\n  inputs: {type: "
                "object, properties: {inner: {writeOnly: true}}}\n" +
                use;
        else
            document += use;
        document +=
            "components: {inputs: {pin: {type: string, format: password}, creds: {type: object, properties: {pin: "
            "{type: string, format: password}}}}}\n";
        json::object inputs{{"pin", secret}};
        if (one.is_nested) inputs = {{"who", {{"pin", secret}}}};
        const json::object command{{"workflow", one.name}, {"reseller_id", 2}, {"inputs", inputs}};
        {
            Server server(*database_, world_);
            put(server, one.name, document);
            const auto run = wait_for(server, start(server, command));
            EXPECT_EQ(run.at("status"), "failed") << json::serialize(run);
            EXPECT_EQ(run.at("steps").as_array().size(), one.is_called ? 3u : 1u) << json::serialize(run);
        }
        {
            // One that is waiting, and is cancelled before anybody has looked at it.
            Server server(*database_, world_, {}, 0);
            const auto location = start(server, command);
            const auto shown = json::serialize(look(server, location));
            for (const auto& form : ways_to_write(secret)) EXPECT_EQ(shown.find(form), std::string::npos) << shown;
            EXPECT_EQ(server.send("operator-1", http::Method::post, location + "/cancel").status, 200);
        }
        const auto kept = everything_in(*database_);
        EXPECT_NE(kept.find("workflow_run_step "), std::string::npos);
        for (const auto& form : ways_to_write(secret))
            ASSERT_EQ(kept.find(form), std::string::npos) << form << "\n"
                                                          << kept.substr(kept.rfind('\n', kept.find(form)) + 1, 2'000);
    }
}

TEST_F(StoredRuns, say_which_step_failed_and_why) {
    Server server(*database_, world_);
    put(server, "provision", provision);
    EXPECT_EQ(wait_for(server, start(server, provision_a1))["status"], "passed");
    auto again = wait_for(server, start(server, provision_a1));
    EXPECT_EQ(again["status"], "failed");
    EXPECT_EQ(again["reason"], "the step \"open\" failed: $statusCode == 201: $statusCode is 409");
    EXPECT_EQ(again["steps"].as_array().size(), 1u);
    EXPECT_EQ(accounts(), 1);

    auto wrong = wait_for(server, start(server, {{"workflow", "provision"}, {"reseller_id", 2}}));
    EXPECT_EQ(wrong["status"], "not_run");
    EXPECT_NE(std::string(wrong["reason"].as_string()).find("\"uid\""), std::string::npos);
    auto none = wait_for(server, start(server, {{"workflow", "provision"}, {"workflow_id", "nope"}}));
    EXPECT_EQ(none["status"], "not_run");
}

// Cuts the run off at one of its requests, before or after it has had its effect, and begins a new server.
class CutOff : public StoredRuns, public testing::WithParamInterface<std::tuple<int, bool, std::size_t>> {
protected:
    // Its targets are noted; the reply to number `cut` never comes.
    Server::Wrap cutting(int cut, bool has_effect) {
        return [this, cut, has_effect](Server::Serve serve) {
            return [this, cut, has_effect, serve](service::Service::CallerFor caller_for, http::Request request,
                                                  const http::Reply& reply) {
                int number = 0;
                {
                    const std::lock_guard lock(mutex_);
                    number = static_cast<int>(asked_.size());
                    asked_.push_back(request.method_name);
                }
                if (number != cut) return serve(std::move(caller_for), std::move(request), reply);
                if (!has_effect) return note_cut();
                serve(std::move(caller_for), std::move(request), [this](const http::Response&) { note_cut(); });
            };
        };
    }

    void note_cut() {
        const std::lock_guard lock(mutex_);
        is_cut_ = true;
        changed_.notify_one();
    }

    void wait_for_cut() {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [this] { return is_cut_; }));
    }

    std::string asked() {
        std::string out;
        for (const auto& method : asked_) out += (out.empty() ? "" : " ") + method;
        return out;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> asked_;
    bool is_cut_ = false;
};

TEST_P(CutOff, a_run_goes_on_after_a_restart_and_repeats_no_completed_step) {
    const auto [cut, has_effect, piece_bytes] = GetParam();
    std::string location;
    {
        Server first(*database_, world_, cutting(cut, has_effect), 10, piece_bytes);
        put(first, "provision", provision);
        location = start(first, provision_a1);
        wait_for_cut();
    }
    const auto count_pieces = [&] {
        std::int64_t count = 0;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            count = tx.run({"n", "SELECT count(*) FROM workflow_run_piece"}, {})[0].integer(0);
        });
        return count;
    };
    EXPECT_EQ(count_pieces() > 2, piece_bytes < 1'000);
    database_.reopen();
    run_housekeeping(*database_, world_);  // leaves those that are still needed
    Server second(*database_, world_, cutting(-1, false), 10, piece_bytes);
    auto run = wait_for(second, location);
    run_housekeeping(*database_, world_);
    EXPECT_EQ(count_pieces(), 0);
    EXPECT_EQ(run["status"], "passed") << json::serialize(run);
    EXPECT_EQ(accounts(), 1);
    // Each once, but the one that was cut off twice.
    const std::string methods[] = {"POST", "GET", "PATCH"};
    std::string expected;
    for (int i = 0; i < 3; ++i)
        for (int times = i == cut ? 2 : 1; times > 0; --times) expected += (expected.empty() ? "" : " ") + methods[i];
    EXPECT_EQ(asked(), expected);
    const auto& steps = run["steps"].as_array();
    ASSERT_EQ(steps.size(), 3u);
    const std::string open = json::serialize(steps[0]);
    EXPECT_EQ(open.find("Idempotency-Replayed") != std::string::npos, cut == 0 && has_effect) << open;
}

INSTANTIATE_TEST_SUITE_P(AtEachRequest, CutOff,
                         testing::Combine(testing::Values(0, 1, 2), testing::Bool(),
                                          testing::Values(std::size_t{64}, std::size_t{128} << 10)));

// Its commits fail as long as it is told to, or stand, and nobody hears of it.
class FullDisk final : public db::Database {
public:
    explicit FullDisk(db::Database& inner) : inner_(inner) {}

    void write(Work work, Done done) override {
        ++writes;
        auto counted = [this, work](db::Tx& tx) {
            const db::Outcome outcome = work(tx);
            if (outcome == db::Outcome::undo) ++undone;
            return outcome;
        };
        if (is_unheard)
            return inner_.write(std::move(counted), [done = std::move(done)](std::exception_ptr) {
                done(std::make_exception_ptr(db::Unavailable("connection lost")));
            });
        if (!is_full) return inner_.write(std::move(counted), std::move(done));
        auto undone = [this, work = std::move(work)](db::Tx& tx) {
            work(tx);
            const auto rows = tx.run({"given_back", "SELECT 1 FROM workflow_run WHERE lease_until = 0"}, {});
            has_given_back = has_given_back || !rows.empty();
            return db::Outcome::undo;
        };
        inner_.write(std::move(undone), [done = std::move(done)](std::exception_ptr) {
            done(std::make_exception_ptr(db::Unavailable("disk full")));
        });
    }
    void read(Work work, Done done) override { inner_.read(std::move(work), std::move(done)); }
    std::uint64_t generation() const override { return inner_.generation(); }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

    std::atomic<bool> is_full{false};
    std::atomic<bool> is_unheard{false};
    std::atomic<int> writes{0};
    std::atomic<int> undone{0};               // at the wish of the work itself
    std::atomic<bool> has_given_back{false};  // a run, while it was full

private:
    db::Database& inner_;
};

TEST_F(StoredRuns, wait_for_a_database_that_cannot_write_and_ask_nothing_twice) {
    FullDisk database(*database_);
    std::atomic<int> asked{0};
    Server server(database, world_, [&](Server::Serve serve) -> Server::Serve {
        return [&, serve](auto caller_for, auto request, auto reply) {
            ++asked;
            serve(std::move(caller_for), std::move(request), [&, reply](http::Response response) {
                if (asked == 1) database.is_full = true;
                reply(std::move(response));
            });
        };
    });
    put(server, "provision", provision);
    const auto location = start(server, provision_a1);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while ((!database.is_full || asked == 0) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    for (const int before = database.writes;
         database.writes < before + 5 && std::chrono::steady_clock::now() < deadline;)
        std::this_thread::yield();
    EXPECT_EQ(look(server, location)["status"], "running");
    database.is_full = false;
    EXPECT_EQ(wait_for(server, location)["status"], "passed");
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(accounts(), 1);
}

TEST_F(StoredRuns, go_on_after_a_commit_that_stands_although_nobody_has_heard_of_it) {
    FullDisk database(*database_);
    std::atomic<int> asked{0};
    Server server(database, world_, [&](Server::Serve serve) -> Server::Serve {
        return [&, serve](auto caller_for, auto request, auto reply) {
            serve(std::move(caller_for), std::move(request), [&, reply](http::Response response) {
                if (++asked == 1) database.is_unheard = true;
                reply(std::move(response));
            });
        };
    });
    put(server, "provision", provision);
    const auto location = start(server, provision_a1);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!database.is_unheard && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    for (const int before = database.writes;
         database.writes < before + 5 && std::chrono::steady_clock::now() < deadline;)
        std::this_thread::yield();
    EXPECT_EQ(look(server, location)["steps"].as_array().size(), 1u);
    database.is_unheard = false;
    const auto run = wait_for(server, location);
    EXPECT_EQ(run.at("status"), "passed") << json::serialize(run);
    EXPECT_EQ(run.at("steps").as_array().size(), 3u);
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(accounts(), 1);
}

// Of its reads, these fail: the first is number 1.
class FailingReads final : public db::Database {
public:
    FailingReads(db::Database& inner, std::set<int> failing) : inner_(inner), failing_(std::move(failing)) {}

    void write(Work work, Done done) override { inner_.write(std::move(work), std::move(done)); }
    void read(Work work, Done done) override {
        if (failing_.contains(++reads)) return done(std::make_exception_ptr(db::Unavailable("disk gone")));
        inner_.read(std::move(work), std::move(done));
    }
    std::uint64_t generation() const override { return inner_.generation(); }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

    std::atomic<int> reads{0};

private:
    db::Database& inner_;
    const std::set<int> failing_;
};

// Its writes take a while, as long as it is told so.
class SlowWrites final : public db::Database {
public:
    explicit SlowWrites(db::Database& inner) : inner_(inner) {}

    void write(Work work, Done done) override {
        if (is_slow) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        inner_.write(std::move(work), std::move(done));
    }
    void read(Work work, Done done) override { inner_.read(std::move(work), std::move(done)); }
    std::uint64_t generation() const override { return inner_.generation(); }
    std::vector<std::string> check_integrity() override { return inner_.check_integrity(); }

    std::atomic<bool> is_slow{true};

private:
    db::Database& inner_;
};

// There is room for one: what could not be begun leaves it to whatever is looked for again.
TEST_F(StoredRuns, begin_once_the_database_can_be_read_again) {
    std::string location;
    {
        Server without_room(*database_, world_, {}, 0);
        put(without_room, "provision", provision);
        location = start(without_room, provision_a1);
    }
    // For whom there are runs; then that again, and which; then both again, and the document.
    FailingReads database(*database_, {1, 3, 6});
    Server server(database, world_, {}, 1);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (database.reads < 9 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(wait_for(server, location)["status"], "passed");
    EXPECT_EQ(accounts(), 1);
}

TEST_F(StoredRuns, send_nothing_and_wait_while_the_database_cannot_say_who_asks) {
    std::string location;
    {
        Server without_room(*database_, world_, {}, 0);
        put(without_room, "provision", provision);
        location = start(without_room, provision_a1);
    }
    // For whom there are runs, which, and the document; then who asks.
    FailingReads database(*database_, {4, 5});
    Server server(database, world_, {}, 1);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (database.reads < 6 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    const auto run = wait_for(server, location);
    EXPECT_EQ(run.at("status"), "passed") << json::serialize(run);
    EXPECT_EQ(accounts(), 1);
}

// Two servers, one database. The first is stopped in the middle of a step, for longer than it has the run.
TEST_F(StoredRuns, go_on_at_another_server_and_the_first_comes_too_late) {
    FullDisk cut_off(*database_);
    std::promise<http::Response> answer;
    std::promise<http::Reply> asked;
    const auto one_of_many = [&](db::Database& database, const Server::Wrap& wrap) {
        return std::make_unique<Server>(database, world_, wrap, 10, 16, workflows::FindOwnDocument(), true);
    };
    const auto first = one_of_many(cut_off, [&](Server::Serve serve) -> Server::Serve {
        return [&, serve](auto caller_for, auto request, auto reply) {
            serve(std::move(caller_for), std::move(request), [&, reply](http::Response response) {
                answer.set_value(std::move(response));
                cut_off.is_full = true;
                asked.set_value(reply);
            });
        };
    });
    put(*first, "provision", provision);
    const auto location = start(*first, provision_a1);
    auto has_asked = asked.get_future();
    ASSERT_EQ(has_asked.wait_for(std::chrono::seconds(60)), std::future_status::ready);
    EXPECT_EQ(accounts(), 1);

    const auto second = one_of_many(*database_, {});
    EXPECT_EQ(look(*second, location)["status"], "running");
    world_.advance(std::chrono::seconds(21));
    const auto run = wait_for(*second, location);
    EXPECT_EQ(run.at("status"), "passed") << json::serialize(run);
    EXPECT_EQ(run.at("steps").as_array().size(), 3u);
    EXPECT_EQ(accounts(), 1);

    cut_off.is_full = false;
    EXPECT_EQ(cut_off.undone, 0);
    has_asked.get()(answer.get_future().get());
    for (const auto begun = std::chrono::steady_clock::now();
         cut_off.undone == 0 && std::chrono::steady_clock::now() - begun < std::chrono::seconds(60);)
        std::this_thread::yield();
    EXPECT_EQ(cut_off.undone, 1);
    EXPECT_EQ(look(*first, location), run);
}

TEST_F(StoredRuns, are_given_back_at_a_clean_end) {
    const auto one_of_many = [&](const Server::Wrap& wrap) {
        return std::make_unique<Server>(*database_, world_, wrap, 10, 16, workflows::FindOwnDocument(), true);
    };
    std::promise<void> asked;
    auto first =
        one_of_many([&](Server::Serve) -> Server::Serve { return [&](auto, auto, auto) { asked.set_value(); }; });
    put(*first, "provision", provision);
    const auto location = start(*first, provision_a1);
    ASSERT_EQ(asked.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    const auto second = one_of_many({});
    first.reset();
    EXPECT_EQ(wait_for(*second, location)["status"], "passed");
}

TEST_F(StoredRuns, are_not_given_back_once_they_are_over_anyway) {
    for (const bool is_over : {false, true}) {
        FullDisk database(*database_);
        std::promise<void> asked;
        auto server = std::make_unique<Server>(
            database, world_,
            [&](Server::Serve) -> Server::Serve { return [&](auto, auto, auto) { asked.set_value(); }; }, 1, 16,
            workflows::FindOwnDocument(), true);
        if (!is_over) {
            put(*server, "provision", provision);
            (void)start(*server, provision_a1);
        }
        ASSERT_EQ(asked.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
        database.is_full = true;
        if (is_over) world_.advance(std::chrono::seconds(21));
        server.reset();
        EXPECT_EQ(database.has_given_back, !is_over);
        if (!is_over) world_.advance(std::chrono::seconds(21));  // for the next one
    }
}

// The database is slow, and there is much to take over.
TEST_F(StoredRuns, go_on_while_this_server_takes_over_others) {
    constexpr int others = 20;
    {
        Server without_room(*database_, world_, {}, 0);
        put(without_room, "provision", provision);
        (void)start(without_room, provision_a1);
    }
    db::write_and_wait(*database_, [&](db::Tx& tx) {
        for (int i = 0; i < others; ++i)
            store::insert_workflow_run(tx, {.reseller_id = 100 + i,
                                            .id = world_.new_id(),
                                            .name = "gone",
                                            .inputs = "{}",
                                            .servers = "{}",
                                            .status = RunStatus::queued});
    });
    SlowWrites database(*database_);
    std::promise<std::int64_t> taken_over;
    Server server(
        database, world_,
        [&](Server::Serve) -> Server::Serve {
            return [&](auto, auto, auto) {
                database.is_slow = false;
                std::int64_t count = 0;
                db::read_and_wait(*database_, [&](db::Tx& tx) {
                    count = tx.run({"taken", "SELECT count(*) FROM workflow_run WHERE epoch > 0"}, {})[0].integer(0);
                });
                taken_over.set_value(count);
            };
        },
        1'000, workflows::RunnerOptions().piece_bytes, workflows::FindOwnDocument(), true);
    EXPECT_LT(taken_over.get_future().get(), 1 + others);
}

TEST_F(StoredRuns, are_given_back_while_their_document_cannot_be_read) {
    std::string location;
    {
        Server without_room(*database_, world_, {}, 0);
        put(without_room, "provision", provision);
        location = start(without_room, provision_a1);
    }
    // For whom there are runs, and which; then the document, while runs are looked for each millisecond.
    std::set<int> failing;
    for (int read = 3; read <= 60; ++read) failing.insert(read);
    FailingReads database(*database_, failing);
    Server server(database, world_, {}, 1, 16, workflows::FindOwnDocument(), true);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (database.reads < 61 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(wait_for(server, location)["status"], "passed") << "nobody had to wait until its lease was over";
}

TEST(PiecesOfStates, cut_no_character_in_two) {
    const auto joined = [](std::string_view state) {
        std::string text;
        for (const std::string_view piece : workflows::pieces_of(state, 4))
            text += (text.empty() ? "" : "|") + std::string(piece);
        return text;
    };
    EXPECT_EQ(joined(""), "");
    EXPECT_EQ(joined("abcd"), "abcd");
    EXPECT_EQ(joined("abcdefghi"), "abcd|efgh|i");
    EXPECT_EQ(joined("abc\u00e4d"), "abc|\u00e4d");
    EXPECT_EQ(joined("\u20ac\u20ac"), "\u20ac|\u20ac");
}

TEST_F(StoredRuns, do_not_wait_while_a_document_of_others_is_read) {
    std::promise<void> is_read;
    std::promise<void> may_go_on;
    Server server(*database_, world_, {}, 10, workflows::RunnerOptions().piece_bytes,
                  [&, once = std::make_shared<std::once_flag>(),
                   go_on = may_go_on.get_future().share()](std::string_view) -> std::optional<std::string> {
                      std::call_once(*once, [&] { is_read.set_value(); });
                      go_on.wait();
                      return std::nullopt;
                  });
    std::thread other([&] {
        const std::string document =
            "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\n"
            "sourceDescriptions: [{name: api, url: ../openapi/admin.json}]\n"
            "workflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n";
        (void)server.send("operator-2", http::Method::put, "/admin/v1/workflows/slow", stored(document));
    });
    is_read.get_future().wait();
    put(server, "provision", provision);
    EXPECT_EQ(wait_for(server, start(server, provision_a1))["status"], "passed");
    may_go_on.set_value();
    other.join();
}

// The requests of one reseller's runs keep the threads that make them: as long as they like, and nobody else.
TEST_F(StoredRuns, do_not_wait_for_those_of_another_reseller_that_hang) {
    std::promise<void> hangs, may_go_on;
    Server server(*database_, world_,
                  [&, once = std::make_shared<std::once_flag>(),
                   go_on = may_go_on.get_future().share()](Server::Serve serve) -> Server::Serve {
                      return [&hangs, once, go_on, serve](auto caller_for, auto request, auto reply) {
                          if (request.target.ends_with("/hangs")) {
                              std::call_once(*once, [&] { hangs.set_value(); });
                              go_on.wait();
                          }
                          serve(std::move(caller_for), std::move(request), std::move(reply));
                      };
                  });
    const std::string hanging =
        head +
        "- {workflowId: w, steps: [{stepId: s, operationId: show, parameters: [{name: accountUid, in: path, "
        "value: hangs}], successCriteria: [{condition: $statusCode == 404}]}]}\n";
    ASSERT_EQ(server.send("operator-2", http::Method::put, "/admin/v1/workflows/hanging", stored(hanging)).status, 200);
    std::vector<std::string> locations;
    for (int i = 0; i < 20; ++i) locations.push_back(start(server, {{"workflow", "hanging"}}, "operator-2"));
    hangs.get_future().wait();
    put(server, "provision", provision);
    EXPECT_EQ(wait_for(server, start(server, provision_a1))["status"], "passed");
    EXPECT_EQ(look(server, locations[19], "operator-2")["ended_at"], nullptr);
    may_go_on.set_value();
    for (const auto& location : locations) EXPECT_EQ(wait_for(server, location, "operator-2")["status"], "passed");
}

// Nothing of the one that is never answered ends, and more is queued than there is room for.
TEST_F(StoredRuns, of_one_reseller_do_not_use_up_the_room_for_those_of_others) {
    std::atomic<int> unanswered{0};
    Server server(
        *database_, world_,
        [&](Server::Serve serve) -> Server::Serve {
            return [&unanswered, serve](auto caller_for, auto request, auto reply) {
                if (request.target.ends_with("/never"))
                    ++unanswered;
                else
                    serve(std::move(caller_for), std::move(request), std::move(reply));
            };
        },
        3);
    const std::string endless =
        head +
        "- {workflowId: w, steps: [{stepId: s, operationId: show, parameters: [{name: accountUid, in: path, "
        "value: never}]}]}\n";
    ASSERT_EQ(server.send("operator-2", http::Method::put, "/admin/v1/workflows/endless", stored(endless)).status, 200);
    for (int i = 0; i < 10; ++i) (void)start(server, {{"workflow", "endless"}}, "operator-2");
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (unanswered < 3 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    put(server, "provision", provision);
    EXPECT_EQ(wait_for(server, start(server, provision_a1))["status"], "passed");
    EXPECT_EQ(unanswered, 3);
}

TEST_F(StoredRuns, are_refused_to_whom_too_many_are_unfinished_already) {
    Server server(*database_, world_, {}, 0);
    put(server, "provision", provision);
    ASSERT_EQ(server.send("operator-2", http::Method::put, "/admin/v1/workflows/mine", stored(provision)).status, 200);
    db::write_and_wait(*database_, [&](db::Tx& tx) {
        const Caller caller{.reseller = {.id = 2}};
        for (int i = 0; i < UnfinishedRuns::of_reseller_max; ++i)
            ASSERT_TRUE(start_workflow_run(tx, world_, caller, {.name = "mine"}).ok());
    });
    const auto refused =
        server.send("operator-2", http::Method::post, "/admin/v1/workflow-runs", R"({"workflow":"mine"})");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(json::parse(refused.body).at("code"), "too_many_requests");
    EXPECT_TRUE(refused.headers.find("Retry-After"));
    EXPECT_NE(start(server, provision_a1), "") << "others are not concerned";
}

TEST_F(StoredRuns, keep_the_document_that_they_began_with) {
    Server server(*database_, world_);
    put(server, "provision", provision);
    put(server, "provision", provision);  // the same: no new version
    EXPECT_EQ(look(server, "/admin/v1/workflows/provision")["version"], 1);
    const auto changed = head +
                         "- {workflowId: other, steps: [{stepId: s, operationId: show, parameters: [{name: "
                         "accountUid, in: path, value: a1}], successCriteria: [{condition: $statusCode == 404}]}]}\n";
    put(server, "provision", changed);
    auto shown = look(server, "/admin/v1/workflows/provision");
    EXPECT_EQ(shown["version"], 2);
    EXPECT_EQ(shown["document"], json::value(changed));
    EXPECT_EQ(shown["sources"].at("api.json"), json::value(api));
    auto list = look(server, "/admin/v1/workflows");
    ASSERT_EQ(list["workflows"].as_array().size(), 1u);
    EXPECT_EQ(list["workflows"].at(0).at("version"), 2);

    json::object old = provision_a1;
    old["version"] = 1;
    EXPECT_EQ(wait_for(server, start(server, old))["status"], "passed");
    auto run = wait_for(server, start(server, {{"workflow", "provision"}, {"reseller_id", 3}}));
    EXPECT_EQ(run["version"], 2);
    EXPECT_EQ(run["status"], "passed");
}

TEST_F(StoredRuns, are_refused_with_what_is_wrong) {
    Server server(*database_, world_);
    const auto outcome = [&](http::Method method, const std::string& target, const std::string& body,
                             const std::string& secret = "operator-1", http::Headers headers = {}) {
        const auto response = server.send(secret, method, target, body, std::move(headers));
        std::string text = std::to_string(response.status);
        if (response.status < 400) return text;
        const auto problem = json::parse(response.body).as_object();
        text += " " + std::string(problem.at("code").as_string());
        if (const auto* errors = problem.if_contains("errors"))
            for (const auto& error : errors->as_array())
                text +=
                    " " + std::string(error.at("field").as_string()) + " " + std::string(error.at("code").as_string());
        return text;
    };
    using enum http::Method;
    const std::string runs = "/admin/v1/workflow-runs", one = "/admin/v1/workflows/w";
    EXPECT_EQ(outcome(put, one, "{"), "400 malformed_request");
    EXPECT_EQ(outcome(put, one, "[]"), "400 malformed_request");
    EXPECT_EQ(outcome(put, one, "{}"), "422 invalid document required");
    EXPECT_EQ(outcome(put, one, R"({"document":1})"), "422 invalid document wrong_type");
    EXPECT_EQ(outcome(put, one, R"({"document":"x","more":1,"sources":[]})"),
              "422 invalid more unknown sources wrong_type");
    EXPECT_EQ(outcome(put, one, "x: 1", "operator-1", {{"Content-Type", "text/plain"}}), "415 unsupported_media_type");
    EXPECT_EQ(outcome(put, "/admin/v1/workflows/-w", stored(provision)), "422 invalid name bad_format");
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += (k ? ", " : "") + before;
        bomb += "]\n";
    }
    EXPECT_EQ(outcome(put, one, bomb, "operator-1", {{"Content-Type", "application/yaml"}}),
              "422 invalid document bad_document");
    const auto unread = server.send("operator-1", put, one, provision, {{"Content-Type", "application/yaml"}});
    EXPECT_EQ(unread.status, 422);
    EXPECT_NE(unread.body.find("line 3, column"), std::string::npos) << unread.body;
    EXPECT_EQ(outcome(put, one, stored(provision), "partner"), "401 unauthenticated credential not_valid");
    EXPECT_EQ(outcome(get, one, ""), "404 not_found");
    EXPECT_EQ(outcome(get, runs + "/1", ""), "404 not_found");
    EXPECT_EQ(outcome(get, runs + "/x", ""), "404 not_found");
    EXPECT_EQ(outcome(post, runs + "/1/cancel", ""), "404 not_found");
    EXPECT_EQ(outcome(post, runs, "{}"), "422 invalid workflow required");
    EXPECT_EQ(outcome(post, runs, R"({"workflow":"w"})"), "422 invalid workflow unknown");
    EXPECT_EQ(outcome(post, runs, R"({"workflow":"w","inputs":[],"servers":{"api":"http://x"}})"),
              "422 invalid inputs wrong_type servers bad_format");
    EXPECT_EQ(outcome(put, one, stored(provision)), "200");
    EXPECT_EQ(outcome(post, runs, R"({"workflow":"w","version":2})"), "422 invalid workflow unknown");
    EXPECT_EQ(outcome(post, runs, R"({"workflow":"w","reseller_id":99})"), "422 invalid reseller_id unknown");
    EXPECT_EQ(outcome(get, runs + "?limit=0", ""), "422 invalid limit out_of_range");
}

TEST_F(StoredRuns, exist_only_for_operators_of_the_reseller_whose_they_are) {
    Server server(*database_, world_);
    put(server, "provision", provision);
    const auto location = start(server, provision_a1);
    wait_for(server, location);
    for (const std::string secret : {"operator-2", "operator-3"}) {
        EXPECT_EQ(server.send(secret, http::Method::get, location).status, 404);
        EXPECT_EQ(server.send(secret, http::Method::post, location + "/cancel").status, 404);
        EXPECT_EQ(server.send(secret, http::Method::get, "/admin/v1/workflows/provision").status, 404);
        EXPECT_EQ(look(server, "/admin/v1/workflow-runs", secret)["workflow_runs"].as_array().size(), 0u);
        EXPECT_EQ(look(server, "/admin/v1/workflows", secret)["workflows"].as_array().size(), 0u);
        const auto begun = server.send(secret, http::Method::post, "/admin/v1/workflow-runs",
                                       R"({"workflow":"provision","reseller_id":2})");
        EXPECT_EQ(begun.status, 422) << begun.body;
    }
    // With a document of its own, an operator still reaches only its own tree.
    ASSERT_EQ(server.send("operator-2", http::Method::put, "/admin/v1/workflows/mine", stored(provision)).status, 200);
    const auto reached = server.send("operator-2", http::Method::post, "/admin/v1/workflow-runs",
                                     R"({"workflow":"mine","reseller_id":3,"inputs":{"uid":"x"}})");
    EXPECT_EQ(reached.status, 422) << reached.body;
}

TEST_F(StoredRuns, are_begun_once_under_one_idempotency_key) {
    Server server(*database_, world_);
    put(server, "provision", provision);
    const auto begin = [&] {
        return server.send("operator-1", http::Method::post, "/admin/v1/workflow-runs", json::serialize(provision_a1),
                           {{"Idempotency-Key", "\"k\""}});
    };
    const auto first = begin(), second = begin();
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(*first.headers.find("Location"), *second.headers.find("Location"));
    EXPECT_EQ(wait_for(server, *first.headers.find("Location"))["status"], "passed");
    EXPECT_EQ(accounts(), 1);
}

TEST_F(StoredRuns, end_when_their_operator_may_no_longer_act) {
    std::atomic<bool> is_revoked{false};
    Server* running = nullptr;
    Server server(*database_, world_, [&](Server::Serve serve) -> Server::Serve {
        return [&, serve](auto caller_for, auto request, auto reply) {
            serve(std::move(caller_for), std::move(request), [&, reply](http::Response response) {
                if (!is_revoked.exchange(true))
                    database_->write(
                        [](db::Tx& tx) {
                            tx.run(
                                {"revoke", "UPDATE credential SET revoked_at = 1 WHERE reseller_id = 2 AND kind = 4"},
                                {});
                            return db::Outcome::keep;
                        },
                        [reply, response](std::exception_ptr) { reply(response); });
                else
                    reply(std::move(response));
            });
        };
    });
    running = &server;
    ASSERT_EQ(running->send("operator-2", http::Method::put, "/admin/v1/workflows/mine", stored(provision)).status,
              200);
    const auto location = start(server, {{"workflow", "mine"}, {"inputs", {{"uid", "a1"}}}}, "operator-2");
    std::string status, reason;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (status != "6" && std::chrono::steady_clock::now() < deadline)
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            const auto rows = tx.run({"run", "SELECT CAST(status AS TEXT), reason FROM workflow_run"}, {});
            status = rows[0].text(0);
            reason = rows[0].text(1);
        });
    EXPECT_EQ(status, "6");
    EXPECT_EQ(reason, "the operator's credential that began the run is not valid any more");
    EXPECT_EQ(accounts(), 1);
}

const std::string patient = head + R"(
- workflowId: patient
  steps:
  - stepId: show
    operationId: show
    parameters: [{name: accountUid, in: path, value: never}]
    successCriteria: [{condition: $statusCode == 200}]
    onFailure: [{name: again, type: retry, retryAfter: 1000, retryLimit: 5}]
)";

TEST_F(StoredRuns, can_be_cancelled_while_they_wait) {
    Server server(*database_, world_);
    put(server, "patient", patient);
    const auto location = start(server, {{"workflow", "patient"}, {"reseller_id", 2}});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (look(server, location)["steps"].as_array().empty() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(look(server, location)["status"], "running");
    const auto cancelled = server.send("operator-1", http::Method::post, location + "/cancel");
    EXPECT_EQ(cancelled.status, 200) << cancelled.body;
    EXPECT_EQ(json::parse(cancelled.body).at("status"), "cancelled");
    EXPECT_EQ(server.send("operator-1", http::Method::post, location + "/cancel").status, 409);
}

TEST_F(StoredRuns, may_not_begin_runs) {
    Server server(*database_, world_);
    const std::string runs_api = R"({"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[{"url":"/"}],
      "paths":{"/admin/v1/workflow-runs":{"post":{"operationId":"begin","requestBody":{"content":{"application/json":{}}}}}}})";
    const std::string document = head + R"(
- workflowId: recursive
  steps:
  - {stepId: again, operationId: begin, requestBody: {payload: {workflow: recursive}}, successCriteria: [{condition: $statusCode == 201}]}
)";
    ASSERT_EQ(server
                  .send("operator-1", http::Method::put, "/admin/v1/workflows/recursive",
                        json::serialize(json::object{{"document", document}, {"sources", {{"api.json", runs_api}}}}))
                  .status,
              200);
    auto run = wait_for(server, start(server, {{"workflow", "recursive"}}));
    EXPECT_EQ(run["reason"], "the step \"again\" failed: $statusCode == 201: $statusCode is 403");
    EXPECT_EQ(look(server, "/admin/v1/workflow-runs")["workflow_runs"].as_array().size(), 1u);
}

// Also where more of them are queued than there is room for.
class SideBySide : public StoredRuns, public testing::WithParamInterface<std::size_t> {};

TEST_P(SideBySide, runs_go_on_until_all_have_ended) {
    Server server(*database_, world_, {}, GetParam());
    put(server, "provision", provision);
    std::vector<std::string> locations;
    for (int i = 0; i < 50; ++i)
        locations.push_back(start(
            server, {{"workflow", "provision"}, {"reseller_id", 2}, {"inputs", {{"uid", "a" + std::to_string(i)}}}}));
    for (const auto& location : locations) EXPECT_EQ(wait_for(server, location)["status"], "passed");
    EXPECT_EQ(accounts(), 50);
    CheckedAccounts checked;
    db::read_and_wait(*database_, [&](db::Tx& tx) { checked = check_accounts(tx, world_); });
    EXPECT_TRUE(checked.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(RunsAtATime, SideBySide, testing::Values(1, 3, 1'000));

}  // namespace
