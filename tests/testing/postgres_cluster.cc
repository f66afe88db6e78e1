#include "tests/testing/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace test {
namespace {

namespace fs = std::filesystem;

// PARTNERD_POSTGRES_PROGRAMS, else the newest that the distribution has.
std::string find_programs() {
    if (const char* given = std::getenv("PARTNERD_POSTGRES_PROGRAMS")) return given;
    std::pair<double, std::string> newest;  // 9.6 is older than 15
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        const double version = std::strtod(entry.path().filename().c_str(), nullptr);
        if (fs::exists(entry.path() / "bin/initdb")) newest = std::max(newest, {version, entry.path() / "bin"});
    }
    if (newest.second.empty()) throw std::runtime_error("there is no PostgreSQL here: install the package postgresql");
    return newest.second;
}

std::string contents_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

PostgresCluster& PostgresCluster::shared() {
    static PostgresCluster cluster;
    return cluster;
}

PostgresCluster::PostgresCluster() : programs_(find_programs()) {
    give_folder_away();
    run_to_end({"initdb", "--pgdata", folder_.file("data"), "--username", "partnerd", "--auth", "trust", "--encoding",
                "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US", "--no-sync"});
    start();
}

PostgresCluster::PostgresCluster(Empty) : programs_(find_programs()) { give_folder_away(); }

// It refuses to be run by root.
void PostgresCluster::give_folder_away() {
    if (getuid() != 0) return;
    const passwd* user = getpwnam("postgres");
    if (user == nullptr) user = getpwnam("nobody");
    if (user == nullptr) throw std::runtime_error("there is no user to run PostgreSQL as");
    user_ = user->pw_uid;
    group_ = user->pw_gid;
    if (chown(folder_.path().c_str(), user_, group_) != 0) throw std::runtime_error("the folder cannot be given away");
}

PostgresCluster::~PostgresCluster() {
    if (server_ != 0) stop();
}

std::string PostgresCluster::url(const std::string& database, const std::string& more) const {
    std::string host;
    for (const char c : folder_.path()) host += c == '/' ? std::string("%2F") : std::string(1, c);
    return "postgresql://partnerd@" + host + (port_ == "5432" ? "" : ':' + port_) + '/' + database + more;
}

db::PostgresAddress PostgresCluster::address(const std::string& database) const {
    auto address = db::read_postgres_address(url(database));
    if (!address.ok()) throw std::runtime_error(address.error().detail);
    return std::move(address).value();
}

std::string PostgresCluster::make_database(const std::string& like) {
    const std::string name = "test" + std::to_string(++databases_);
    ask("postgres", "CREATE DATABASE " + name + " TEMPLATE " + like + " STRATEGY FILE_COPY");  // half the time
    return name;
}

void PostgresCluster::drop_database(const std::string& name) {
    if (server_ != 0) ask("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
}

std::vector<std::string> PostgresCluster::ask(const std::string& database, const std::string& sql) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url(database).c_str()), PQfinish);
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
    std::vector<std::string> rows;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        rows.emplace_back();
        for (int column = 0; column < PQnfields(result.get()); ++column)
            rows.back() += std::string(column == 0 ? "" : "\t") + PQgetvalue(result.get(), row, column);
    }
    return rows;
}

// Nothing is synced: no test cuts the machine's power.
void PostgresCluster::start() {
    std::vector<std::string> arguments = {"postgres", "-D", folder_.file("data"), "-k", folder_.path()};
    for (const char* setting : {"listen_addresses=", "fsync=off", "max_connections=200", "shared_buffers=32MB"})
        arguments.insert(arguments.end(), {"-c", setting});
    for (const std::string& setting : settings_) arguments.insert(arguments.end(), {"-c", setting});
    server_ = begin(arguments);
    wait_until_ready();
}

std::string PostgresCluster::add_file(const std::string& name, const std::string& contents) const {
    const std::string path = folder_.file(name);
    std::ofstream(path) << contents;
    if (chmod(path.c_str(), 0600) != 0 || (user_ != 0 && chown(path.c_str(), user_, group_) != 0))
        throw std::runtime_error("the file " + name + " cannot be made");
    return path;
}

void PostgresCluster::stop() {
    ::kill(server_, SIGINT);
    waitpid(server_, nullptr, 0);
    server_ = 0;
}

// Its processes notice that their parent is gone.
void PostgresCluster::kill() {
    for (const std::string& process : ask("postgres", "SELECT pid FROM pg_stat_activity"))
        ::kill(static_cast<pid_t>(std::stol(process)), SIGKILL);
    ::kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
    server_ = 0;
}

void PostgresCluster::pause(bool is_paused) {
    if (is_paused) paused_ = ask("postgres", "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()");
    for (const std::string& process : paused_)
        ::kill(static_cast<pid_t>(std::stol(process)), is_paused ? SIGSTOP : SIGCONT);
    ::kill(server_, is_paused ? SIGSTOP : SIGCONT);
}

// The copy's own connection bears another name than the standby: what it has received is not yet safe with anybody.
void PostgresCluster::follow(const PostgresCluster& primary, const std::string& name) {
    fs::remove_all(folder_.file("data"));
    run_to_end({"pg_basebackup", "--pgdata", folder_.file("data"), "--dbname",
                primary.url("postgres", "?application_name=copy"), "--wal-method", "stream", "--checkpoint", "fast",
                "--write-recovery-conf", "--no-sync"});
    std::ofstream(folder_.file("data/postgresql.auto.conf"), std::ios::app)
        << "primary_conninfo = 'host=" << primary.folder() << " user=partnerd application_name=" << name << "'\n";
    start();
}

void PostgresCluster::promote() {
    if (ask("postgres", "SELECT pg_promote(true, 60)") != std::vector<std::string>{"t"})
        throw std::runtime_error("the standby is not promoted: " + contents_of(folder_.file("log")));
}

void PostgresCluster::run_to_end(const std::vector<std::string>& arguments) const {
    int status = 0;
    if (waitpid(begin(arguments), &status, 0) < 0 || status != 0)
        throw std::runtime_error(arguments[0] + " failed: " + contents_of(folder_.file("log")));
}

// It ends with this program, however that ends.
pid_t PostgresCluster::begin(const std::vector<std::string>& arguments) const {
    const std::string program = programs_ + '/' + arguments[0];
    const std::string log = folder_.file("log");
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    const pid_t process = fork();
    if (process != 0) return process;
    if (user_ != 0 && (setgroups(0, nullptr) != 0 || setgid(group_) != 0 || setuid(user_) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGINT);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int input = open("/dev/null", O_RDONLY);
    if (output < 0 || input < 0 || chdir("/") != 0) _exit(126);
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execv(program.c_str(), pointers.data());
    _exit(127);
}

void PostgresCluster::wait_until_ready() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (PQping(url("postgres").c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > until || waitpid(server_, nullptr, WNOHANG) != 0) {
            ::kill(server_, SIGKILL);
            server_ = 0;
            throw std::runtime_error("PostgreSQL does not start: " + contents_of(folder_.file("log")));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace test
