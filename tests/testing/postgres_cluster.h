// A PostgreSQL cluster of a test program's own: made when somebody first asks, in a folder of its own, reached by a
// socket there, run by an unprivileged user, gone at the end. Where none can be made, tests fail. Its default order of
// texts is that of American English, so that who relies on it without saying so is found out.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/postgres.h"
#include "tests/testing/temporary_folder.h"

namespace test {

class PostgresCluster {
public:
    PostgresCluster();  // made and started
    struct Empty {};
    explicit PostgresCluster(Empty);  // its folder: to be begun with follow()
    ~PostgresCluster();
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;

    // Of this program; for all tests that do not stop it.
    static PostgresCluster& shared();

    const std::string& folder() const { return folder_.path(); }  // that of its socket
    std::string url(const std::string& database, const std::string& more = "") const;
    std::string socket() const { return folder_.file(".s.PGSQL." + port_); }
    db::PostgresAddress address(const std::string& database) const;
    std::string make_database(const std::string& like = "template1");  // its name
    void drop_database(const std::string& name);
    // As whoever has made it; one text for each row, cells with tabs between them.
    std::vector<std::string> ask(const std::string& database, const std::string& sql) const;

    // With these beside its own ("max_connections=4"), from the next start on.
    void set(std::vector<std::string> settings) { settings_ = std::move(settings); }
    void use_port(const std::string& port) { port_ = port; }  // which the settings name
    // In its folder, and readable by it alone; the path.
    std::string add_file(const std::string& name, const std::string& contents) const;

    void start();
    void stop();                 // as an administrator does, who does not wait for clients
    void kill();                 // as a power cut does
    void pause(bool is_paused);  // all of its processes

    // Of one that does not run: what it had goes, it becomes a copy of the other one, and receives from it whatever is
    // written, under that name (of synchronous_standby_names).
    void follow(const PostgresCluster& primary, const std::string& name);
    void promote();  // a standby takes writes

private:
    void give_folder_away();
    void run_to_end(const std::vector<std::string>& arguments) const;
    pid_t begin(const std::vector<std::string>& arguments) const;
    void wait_until_ready();

    TemporaryFolder folder_;
    std::string programs_;  // their folder
    uid_t user_ = 0;        // 0: who runs the test
    gid_t group_ = 0;
    pid_t server_ = 0;
    std::int64_t databases_ = 0;
    std::vector<std::string> settings_;
    std::vector<std::string> paused_;  // processes
    std::string port_ = "5432";
};

// A database of its own in the shared cluster.
class PostgresDatabase {
public:
    explicit PostgresDatabase(const std::string& like = "template1")
        : name_(PostgresCluster::shared().make_database(like)) {}
    ~PostgresDatabase() { PostgresCluster::shared().drop_database(name_); }
    PostgresDatabase(const PostgresDatabase&) = delete;
    PostgresDatabase& operator=(const PostgresDatabase&) = delete;

    const std::string& name() const { return name_; }
    db::PostgresOptions options() const { return {.address = PostgresCluster::shared().address(name_)}; }
    std::vector<std::string> ask(const std::string& sql) const { return PostgresCluster::shared().ask(name_, sql); }

private:
    std::string name_;
};

}  // namespace test
