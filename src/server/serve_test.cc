// The whole server, in a process of its own, with a PostgreSQL cluster that comes and goes.

#include "server/serve.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/raw_client.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using testing::HasSubstr;
using testing::Not;

class Process {
public:
    explicit Process(const std::string& database, const ReadConfig& read_again = {}, bool is_sandbox = true) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        pid_ = fork();
        if (pid_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            dup2(ends[1], STDERR_FILENO);
            Config config;
            config.database_path = database;
            config.listen_port = 0;
            config.operations_address = "127.0.0.1";
            config.threads = 1;
            config.sandbox = is_sandbox;
            config.log_format = "text";
            _exit(serve(
                config, read_again ? read_again : [config] { return Result<Config>(config); }));
        }
        close(ends[1]);
        output_ = ends[0];
    }
    ~Process() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(output_);
    }
    Process(const Process&) = delete;

    // Reads on until that has been said; what follows it.
    std::string wait_for(const std::string& words) {
        std::size_t found = 0;
        while ((found = said_.find(words)) == std::string::npos || said_.find('\n', found) == std::string::npos)
            if (!read_more()) throw std::runtime_error("it was not said: " + said_);
        return said_.substr(found + words.size());
    }
    void terminate() { kill(pid_, SIGTERM); }
    void reload() { kill(pid_, SIGHUP); }
    int wait() {
        while (read_more()) continue;
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    const std::string& said() const { return said_; }

private:
    bool read_more() {
        pollfd readable{output_, POLLIN, 0};
        if (poll(&readable, 1, 60'000) != 1) throw std::runtime_error("nothing more was said: " + said_);
        char bytes[4096];
        const ssize_t count = read(output_, bytes, sizeof bytes);
        if (count > 0) said_.append(bytes, static_cast<std::size_t>(count));
        return count > 0;
    }

    pid_t pid_ = -1;
    int output_ = -1;
    std::string said_;
};

RawClient::Answer ask(std::uint16_t port, const std::string& path, const std::string& method = "GET",
                      const std::string& body = "") {
    RawClient client(port);
    client.send(method + ' ' + path +
                " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-operator\r\n"
                "Content-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read_answer();
}

std::uint16_t port_while_waiting(Process& server) {
    return static_cast<std::uint16_t>(std::stoi(server.wait_for("until it is there, http://127.0.0.1:")));
}

// A workflow that never comes to its end, and a run of it that has done a step.
void leave_a_run_under_way(std::uint16_t port) {
    constexpr const char* workflow =
        R"({"document": "arazzo: 1.0.1\ninfo: {title: T, version: '1'}\n)"
        R"(sourceDescriptions: [{name: api, url: ../openapi/admin.json, type: openapi}]\n)"
        R"(workflows: [{workflowId: w, steps: [{stepId: s, operationId: listResellers, )"
        R"(successCriteria: [{condition: $statusCode == 404}], )"
        R"(onFailure: [{name: again, type: retry, retryAfter: 3600, retryLimit: 9}]}]}]\n"})";
    ASSERT_EQ(ask(port, "/admin/v1/workflows/w", "PUT", workflow).status, 200);
    ASSERT_EQ(ask(port, "/admin/v1/workflow-runs", "POST", R"({"workflow": "w"})").status, 201);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (ask(port, "/admin/v1/workflow-runs").body.find(R"("steps_recorded":1)") == std::string::npos)
        ASSERT_LT(std::chrono::steady_clock::now(), until);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

TEST(Serve, StartsBeforeItsDatabaseAndServesOnceThatIsThere) {
    test::PostgresCluster cluster;
    const std::string database = cluster.url(cluster.make_database());
    cluster.stop();
    Process server(database);
    const std::uint16_t port = port_while_waiting(server);
    EXPECT_EQ(ask(port, "/healthz").status, 200);
    const auto ready = ask(port, "/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_THAT(ready.body, HasSubstr("opening the database fails: postgresql://"));
    const auto refused = ask(port, "/admin/v1/resellers");
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.headers.find("retry-after"), nullptr);

    cluster.start();
    server.wait_for("listening on http://127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(ask(port, "/readyz").status, 200);
    EXPECT_EQ(ask(port, "/admin/v1/resellers").status, 200);
    server.terminate();
    EXPECT_EQ(server.wait(), 0) << server.said();
    EXPECT_EQ(count(server.said(), "opening the database works again"), 1u) << server.said();
}

TEST(Serve, EndsAtOnceWhileItWaits) {
    test::PostgresCluster cluster;
    const std::string database = cluster.url("anything");
    cluster.stop();
    Process server(database);
    port_while_waiting(server);
    const auto begun = std::chrono::steady_clock::now();
    server.terminate();
    EXPECT_EQ(server.wait(), 0) << server.said();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
    EXPECT_THAT(server.said(), HasSubstr("SIGTERM: the database is not waited for any longer"));
}

// However it ends: what works ends before the database does.
TEST(Serve, GivesBackWhatIsItsOwnWhereSomethingThrows) {
    const test::PostgresDatabase place;
    Process server(test::PostgresCluster::shared().url(place.name()),
                   []() -> Result<Config> { throw std::runtime_error("the settings cannot be read"); });
    const auto port = static_cast<std::uint16_t>(std::stoi(server.wait_for("listening on http://127.0.0.1:")));
    leave_a_run_under_way(port);
    EXPECT_NE(place.ask("SELECT lease_until FROM workflow_run").at(0), "0");
    server.reload();
    EXPECT_EQ(server.wait(), 1) << server.said();
    EXPECT_THAT(server.said(), HasSubstr("partnerd: the settings cannot be read"));
    EXPECT_EQ(place.ask("SELECT lease_until FROM workflow_run").at(0), "0") << server.said();
    EXPECT_EQ(place.ask("SELECT count(*) FROM server_progress").at(0), "0");
}

TEST(Serve, SaysHowItsDatabaseComesByAnOperatorWhileItIsServed) {
    const test::PostgresDatabase place;
    const std::string database = test::PostgresCluster::shared().url(place.name());
    Process server(database, {}, false);
    server.wait_for("there is no operator: say partnerd init --database '" + database + "'");
    server.terminate();
    EXPECT_EQ(server.wait(), 0) << server.said();
}

TEST(Serve, MeasuresNoFilesWhereItHasNone) {
    const test::PostgresDatabase place;
    Process server(test::PostgresCluster::shared().url(place.name()));
    const int port = std::stoi(server.wait_for("health and metrics on http://127.0.0.1:"));
    const std::string metrics = ask(static_cast<std::uint16_t>(port), "/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("partnerd_db_failing 0"));
    EXPECT_THAT(metrics, HasSubstr("partnerd_db_checkpoints_total"));
    for (const char* of_files : {"partnerd_db_wal_bytes", "partnerd_db_file_bytes", "partnerd_disk_free_bytes"})
        EXPECT_THAT(metrics, Not(HasSubstr(of_files)));
}

TEST(Serve, DoesNotWaitForADatabaseThatDoesNotExist) {
    Process server(test::PostgresCluster::shared().url("no_such_database"));
    EXPECT_EQ(server.wait(), 1);
    EXPECT_THAT(server.said(), HasSubstr("no_such_database"));
}

}  // namespace
