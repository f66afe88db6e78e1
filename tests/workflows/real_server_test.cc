// The program itself: the workflows of workflows/ as a person runs them, and stored ones in a server that is killed.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "http/client.h"
#include "tests/crash/server_process.h"
#include "tests/testing/temporary_folder.h"

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

const std::string program = PARTNERD_PROGRAM;
const fs::path source_folder = PARTNERD_SOURCE_DIR;

struct Ran {
    int exit_code = -1;
    std::string output;
};

Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> block;
    for (std::size_t count; (count = fread(block.data(), 1, block.size(), pipe)) > 0;)
        ran.output.append(block.data(), count);
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

class Sandbox {
public:
    explicit Sandbox(const test::TemporaryFolder& folder)
        : process_(program, folder.file("sandbox.db"), folder.file("log")), port_(process_.wait_until_ready()) {}

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    void kill() { process_.kill(); }

    http::Response send(http::Method method, const std::string& path, const std::string& secret,
                        const std::string& body = {}) const {
        http::Request request;
        request.method = method;
        request.method_name = http::to_string(method);
        request.headers = {{"Authorization", "Bearer " + secret}, {"Content-Type", "application/json"}};
        request.body = body;
        http::Client client;
        auto outcome = client.send(url() + path, std::move(request));
        return outcome.ok() ? std::move(outcome).response() : http::Response{.status = 0};
    }

private:
    ServerProcess process_;
    std::uint16_t port_;
};

// How each workflow of workflows/ is run against a new sandbox. URL stands for the sandbox, FOLDER for one of the
// test's own.
struct Shipped {
    std::string workflow;
    std::string options;
};
const std::map<std::string, std::vector<Shipped>> shipped = {
    {"partnership-openapi.arazzo.yml",
     {{"provision", "-i accountUid=rev-b-1 -i endsAt=2050-01-31T00:00:00Z --server partnership=URL/api/v1"},
      {"provision", "-i accountUid=rev-b-1 -i endsAt=2051-01-31T00:00:00Z --server partnership=URL/api/v1"},
      {"remove", "-i accountUid=rev-b-1 --server partnership=URL/api/v1"}}},
    {"partnership-reference.arazzo.yml",
     {{"provision",
       "-i accountUid=rev-a-1 -i accountType=F -i endsAt=2050-01-31T00:00:00Z --server partnership=URL/api/v1"},
      {"remove", "-i accountUid=rev-a-1 --server partnership=URL/api/v1"}}},
    {"signalmind.arazzo.yml", {{"provision", "-i key=sandbox-reseller --server signalmind=URL/rest/v2"}}},
    {"signalmind.arazzo.yml", {{"provision", "-i key=sandbox-reseller --server signalmind=URL/rest/v2"}}},
    {"activeplatform.arazzo.yml",
     {{"provision",
       "-i email=ann@example.com --auth managerToken=TEST_MANAGER --server activeplatform=URL/api/v3 --outputs "
       "FOLDER/opened.json"},
      {"close", "--inputs @FOLDER/opened.json --auth managerToken=TEST_MANAGER --server activeplatform=URL/api/v3"}}},
};

std::string replace_all(std::string text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

TEST(ShippedWorkflows, pass_against_a_sandbox_and_all_answers_are_as_described) {
    test::TemporaryFolder folder;
    const Sandbox sandbox(folder);
    setenv("TEST_MANAGER", "sandbox-manager", 1);
    for (const auto& entry : fs::directory_iterator(source_folder / "workflows")) {
        const std::string name = entry.path().filename();
        ASSERT_TRUE(shipped.contains(name)) << "say above how " << name << " is run";
        const Ran checked = run(program + " workflow check " + entry.path().string());
        EXPECT_EQ(checked.exit_code, 0) << checked.output;
        EXPECT_NE(checked.output.find("0 errors, 0 warnings"), std::string::npos) << checked.output;
        for (const Shipped& one : shipped.at(name)) {
            const auto options = replace_all(replace_all(one.options, "URL", sandbox.url()), "FOLDER", folder.path());
            const Ran ran = run(program + " workflow run " + entry.path().string() + " " + one.workflow + " " +
                                options + " --token sandbox-partner --check-responses");
            EXPECT_EQ(ran.exit_code, 0) << ran.output;
            EXPECT_EQ(ran.output.find("PNS-"), std::string::npos) << ran.output;
        }
    }
}

TEST(WorkflowCheck, takes_several_documents_and_tells_the_worst) {
    const std::string good = (source_folder / "workflows/partnership-openapi.arazzo.yml").string();
    const std::string unreadable = (source_folder / "LICENSE").string();
    const Ran both = run(program + " workflow check " + good + " " + good);
    EXPECT_EQ(both.exit_code, 0) << both.output;
    EXPECT_NE(both.output.find("0 errors", both.output.find("0 errors") + 1), std::string::npos) << both.output;
    const Ran mixed = run(program + " workflow check " + unreadable + " " + good);
    EXPECT_EQ(mixed.exit_code, 2) << mixed.output;
    EXPECT_NE(mixed.output.find("0 errors"), std::string::npos) << "the second is checked as well: " << mixed.output;
}

TEST(StoredRuns, are_as_their_own_document_says) {
    test::TemporaryFolder folder;
    const Sandbox sandbox(folder);
    const Ran ran = run(
        program + " workflow run " + (source_folder / "tests/workflows/stored-runs.arazzo.yml").string() +
        " --server server=" + sandbox.url() + "/admin/v1 --token sandbox-operator --check-responses --max-steps 2000");
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

TEST(StoredRuns, are_kept_and_begun_from_the_command_line) {
    test::TemporaryFolder folder;
    const Sandbox sandbox(folder);
    const std::string before = "PARTNERD_TOKEN=sandbox-operator PARTNERD_SERVER=" + sandbox.url() + " " + program;
    const std::string file = (source_folder / "workflows/partnership-openapi.arazzo.yml").string();
    EXPECT_EQ(run(before + " stored-workflow store provision " + file).exit_code, 0);
    const Ran refused = run(before + " stored-workflow store wrong " + (source_folder / "LICENSE").string());
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.output.find("document: line"), std::string::npos) << refused.output;
    const Ran listed = run(before + " stored-workflow list");
    EXPECT_NE(listed.output.find("provision"), std::string::npos) << listed.output;
    EXPECT_EQ(listed.output.find("wrong"), std::string::npos) << listed.output;

    const std::string start = before + " workflow-run start provision --reseller 2 --wait -i accountUid=cli-1";
    const Ran passed = run(start + " -i endsAt=2050-01-31T00:00:00Z");
    EXPECT_EQ(passed.exit_code, 0) << passed.output;
    EXPECT_NE(passed.output.find("PATCH /api/v1/partners/accounts/cli-1"), std::string::npos) << passed.output;
    const Ran failed = run(start);
    EXPECT_EQ(failed.exit_code, 1) << failed.output;
    EXPECT_NE(failed.output.find("endsAt"), std::string::npos) << failed.output;
    EXPECT_EQ(run(before + " workflow-run start nothing --wait").exit_code, 1);
    EXPECT_EQ(run(before + " workflow-run show 17").exit_code, 4);
    EXPECT_EQ(run(before + " stored-workflow remove provision").exit_code, 0);
    EXPECT_EQ(run(before + " stored-workflow show provision").exit_code, 4);
    const Ran runs = run(before + " workflow-run list --json");
    EXPECT_EQ(std::count(runs.output.begin(), runs.output.end(), '\n'), 2) << runs.output;
}

// As many steps as accounts, all in one workflow.
constexpr int steps = 30;

std::string long_workflow() {
    std::string text =
        "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\nsourceDescriptions: [{name: api, url: api.json}]\n"
        "workflows:\n- workflowId: many\n  steps:\n";
    for (int i = 0; i < steps; ++i)
        text += "  - {stepId: s" + std::to_string(i) +
                ", operationId: open, requestBody: {payload: {account_uid: many-" + std::to_string(i) +
                ", account_type: I, domain: b5test.com}}, successCriteria: [{condition: $statusCode == 201}]}\n";
    return text;
}

const std::string api =
    R"({"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[{"url":"/api/v1"}],
        "paths":{"/partners/accounts":{"post":{"operationId":"open","requestBody":{"content":{"application/json":{}}}}}}})";

TEST(StoredRuns, survive_a_server_that_is_killed_again_and_again) {
    test::TemporaryFolder folder;
    std::mt19937 random(20260131);
    std::string location;
    std::int64_t recorded = 0;
    int kills = 0;
    while (true) {
        Sandbox sandbox(folder);
        if (location.empty()) {
            const json::object document{{"document", long_workflow()}, {"sources", {{"api.json", api}}}};
            const auto stored = sandbox.send(http::Method::put, "/admin/v1/workflows/many", "sandbox-operator",
                                             json::serialize(document));
            ASSERT_EQ(stored.status, 200) << stored.body;
            const auto started = sandbox.send(http::Method::post, "/admin/v1/workflow-runs", "sandbox-operator",
                                              R"({"workflow":"many","reseller_id":2})");
            ASSERT_EQ(started.status, 201) << started.body;
            location = *started.headers.find("Location");
        }
        // Killed somewhere within the next few steps; at the end not any more.
        const std::int64_t until = recorded + static_cast<std::int64_t>(random() % 6);
        json::object run;
        const auto begun = std::chrono::steady_clock::now();
        do {
            run = json::parse(sandbox.send(http::Method::get, location, "sandbox-operator").body).as_object();
        } while (run["ended_at"].is_null() && run["steps_recorded"].as_int64() <= until &&
                 std::chrono::steady_clock::now() - begun < std::chrono::seconds(60));
        EXPECT_GE(run["steps_recorded"].as_int64(), recorded) << "what was recorded is forgotten";
        recorded = run["steps_recorded"].as_int64();
        if (run["ended_at"].is_null()) {
            ASSERT_LT(++kills, 100) << json::serialize(run);
            sandbox.kill();
            continue;
        }
        EXPECT_EQ(run["status"], "passed") << json::serialize(run);
        EXPECT_EQ(recorded, steps);
        for (int i = 0; i < steps; ++i)
            EXPECT_EQ(
                sandbox
                    .send(http::Method::get, "/api/v1/partners/accounts/many-" + std::to_string(i), "sandbox-partner")
                    .status,
                200);
        break;
    }
    EXPECT_GT(kills, 0) << "the run was over before the first kill: it proves nothing";
    const auto checked = run_check(program, folder.file("sandbox.db"));
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

}  // namespace
