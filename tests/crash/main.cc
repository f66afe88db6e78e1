// The crash test: kills a server under load, again and again, and looks whether anything that was acknowledged is lost.
//
// A round starts the server (sometimes killing it while it starts), lets every client verify what it knows, lets all of
// them write for a moment, kills the server (sometimes while it is already ending), and runs `partnerd check` on what
// is left.

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "tests/crash/client.h"
#include "tests/crash/server_process.h"

namespace {

struct Options {
    std::string program;
    int rounds = 200;
    int rounds_with_a_database = 20;  // then everything is verified, and a new one begun
    int clients = 16;
    int first_starts = 10;  // that are killed within their first 100 ms
    std::uint64_t seed = std::random_device{}();
};

struct Tally {
    std::size_t in_doubt = 0;
    int kills_while_starting = 0;
    int kills_while_ending = 0;
};

class CrashTest {
public:
    CrashTest(Options options, std::filesystem::path directory)
        : options_(std::move(options)), directory_(std::move(directory)), random_(options_.seed) {}

    void run() {
        seeded_ = count_seeded();
        kill_first_starts();
        for (int round = 0; round < options_.rounds; ++round) {
            if (round % options_.rounds_with_a_database == 0) begin_database(round);
            run_round();
            const bool is_last = round + 1 == options_.rounds || (round + 1) % options_.rounds_with_a_database == 0;
            if (is_last) end_database();
            std::printf("round %d: %lld writes acknowledged so far\n", round + 1,
                        static_cast<long long>(acknowledged()));
            std::fflush(stdout);
        }
    }

    Tally tally() const { return tally_; }
    std::int64_t acknowledged() const { return acknowledged_.load(); }

private:
    // What is in the database of a sandbox that nobody has asked for anything.
    Totals count_seeded() {
        database_ = (directory_ / "seeded.db").string();
        ServerProcess server(options_.program, database_, log_path());
        server.wait_until_ready();
        server.terminate();
        server.wait();
        const std::string found = check();
        long long accounts = 0;
        long long events = 0;
        if (std::sscanf(found.c_str(), "%lld accounts, %lld events:", &accounts, &events) != 2)
            throw std::runtime_error("partnerd check says \"" + found + "\"");
        remove_database();
        return {accounts, events};
    }

    // Whenever a server is killed that makes its database, the next one begins a whole one.
    void kill_first_starts() {
        const std::string seeded = std::to_string(seeded_.accounts) + " accounts, " + std::to_string(seeded_.events) +
                                   " events: all is well.\n";
        for (int i = 0; i < options_.first_starts; ++i) {
            database_ = (directory_ / ("first-" + std::to_string(i) + ".db")).string();
            {
                ServerProcess server(options_.program, database_, log_path());
                std::this_thread::sleep_for(std::chrono::microseconds(100'000ll * i / options_.first_starts));
                server.kill();
            }
            const std::string left = run_check(options_.program, database_).output;
            if (left != seeded && left.find("There is no database") == std::string::npos &&
                left.find("This database has never been served.") == std::string::npos)
                throw std::runtime_error("a first start that was killed has left: " + left);
            ServerProcess server(options_.program, database_, log_path());
            server.wait_until_ready();
            server.terminate();
            server.wait();
            if (const std::string found = check(); found != seeded)
                throw std::runtime_error("after a first start that was killed, partnerd check says " + found);
            remove_database();
        }
        std::printf("%d first starts were killed, each within its first 100 ms\n", options_.first_starts);
    }

    void begin_database(int round) {
        clients_.clear();
        for (int i = 0; i < options_.clients; ++i) clients_.emplace_back(random_(), acknowledged_);
        database_ = (directory_ / ("round-" + std::to_string(round + 1) + ".db")).string();
    }

    void run_round() {
        if (roll(8) == 0) kill_while_starting();
        ServerProcess server(options_.program, database_, log_path());
        const std::uint16_t port = server.wait_until_ready();
        for_all_clients([&](Client& client) { client.verify(port, false); });

        const std::int64_t enough = acknowledged() + writes_to_live();
        std::future<void> load =
            std::async(std::launch::async, [&] { for_all_clients([&](Client& client) { client.work(port); }); });
        while (acknowledged() < enough &&
               load.wait_for(std::chrono::microseconds(200)) == std::future_status::timeout) {
        }
        const bool died_by_itself = !server.is_running();
        if (roll(6) == 0)
            end_and_kill(server);
        else
            server.kill();
        load.get();
        if (died_by_itself) throw std::runtime_error("the server had died before it was killed");
        check();
    }

    void end_database() {
        ServerProcess server(options_.program, database_, log_path());
        const std::uint16_t port = server.wait_until_ready();
        for_all_clients([&](Client& client) { client.verify(port, true); });
        server.terminate();
        if (const int code = server.wait(); code != 0)
            throw std::runtime_error("the server ended with " + std::to_string(code) + " when it was asked to end");
        Totals totals = seeded_;
        for (const Client& client : clients_) {
            totals += client.totals();
            tally_.in_doubt += client.in_doubt();
        }
        clients_.clear();
        const std::string expected =
            std::to_string(totals.accounts) + " accounts, " + std::to_string(totals.events) + " events: all is well.\n";
        if (const std::string found = check(); found != expected)
            throw std::runtime_error("partnerd check says \"" + found + "\" where the clients know of \"" + expected +
                                     "\"");
        remove_database();
    }

    void remove_database() {
        for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(database_ + suffix);
    }

    std::string check() {
        const Finished finished = run_check(options_.program, database_);
        if (finished.exit_code != 0) throw std::runtime_error("partnerd check: " + finished.output);
        return finished.output;
    }

    void kill_while_starting() {
        ++tally_.kills_while_starting;
        ServerProcess server(options_.program, database_, log_path());
        std::this_thread::sleep_for(std::chrono::microseconds(roll(30'000)));
        server.kill();
    }

    void end_and_kill(ServerProcess& server) {
        ++tally_.kills_while_ending;
        server.terminate();
        std::this_thread::sleep_for(std::chrono::microseconds(roll(20'000)));
        server.kill();
    }

    // Mostly short, so that most rounds are about beginnings; now and then long enough for the WAL to begin anew.
    std::int64_t writes_to_live() {
        switch (roll(8)) {
        case 0: return roll(10'000);
        case 1:
        case 2: return roll(2'000);
        default: return roll(300);
        }
    }

    void for_all_clients(const std::function<void(Client&)>& act) {
        std::mutex mutex;
        std::exception_ptr first_failure;
        std::vector<std::thread> threads;
        for (Client& client : clients_)
            threads.emplace_back([&] {
                try {
                    act(client);
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    if (!first_failure) first_failure = std::current_exception();
                }
            });
        for (std::thread& thread : threads) thread.join();
        if (first_failure) std::rethrow_exception(first_failure);
    }

    std::string log_path() const { return (directory_ / "log").string(); }
    int roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

    const Options options_;
    const std::filesystem::path directory_;
    std::mt19937_64 random_;
    std::string database_;
    std::atomic<std::int64_t> acknowledged_ = 0;
    std::deque<Client> clients_;
    Totals seeded_;
    Tally tally_;
};

std::filesystem::path make_directory() {
    std::string path = (std::filesystem::temp_directory_path() / "partnerd-crash-XXXXXX").string();
    if (!mkdtemp(path.data())) throw std::runtime_error("cannot make a directory for the databases");
    return path;
}

int run(const Options& options) {
    const std::filesystem::path directory = make_directory();
    std::printf("seed %llu, %d rounds, %d clients\n", static_cast<unsigned long long>(options.seed), options.rounds,
                options.clients);
    CrashTest test(options, directory);
    try {
        test.run();
    } catch (const std::exception& exception) {
        std::printf("FAILED (databases and log are left in %s): %s\n", directory.c_str(), exception.what());
        return 1;
    }
    std::filesystem::remove_all(directory);
    const Tally tally = test.tally();
    std::printf(
        "%d rounds: %lld writes acknowledged and none lost, %zu cut off and each done wholly or not at all, "
        "%d kills while starting, %d while ending, every database checked clean\n",
        options.rounds, static_cast<long long>(test.acknowledged()), tally.in_doubt, tally.kills_while_starting,
        tally.kills_while_ending);
    return 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    CLI::App app("Kills a server under load, again and again, and looks for what was lost");
    Options options;
    app.add_option("--server", options.program, "the partnerd to kill")->required()->check(CLI::ExistingFile);
    app.add_option("--rounds", options.rounds)->check(CLI::PositiveNumber);
    app.add_option("--clients", options.clients)->check(CLI::PositiveNumber);
    app.add_option("--first-starts", options.first_starts, "killed one after the other, each a little later")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--seed", options.seed, "of what the clients do; when the kill comes is up to the machine");
    CLI11_PARSE(app, argument_count, arguments);
    return run(options);
}
