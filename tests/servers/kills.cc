#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/servers/load.h"
#include "tests/servers/scenarios.h"
#include "tests/testing/postgres_cluster.h"

namespace {

// Who is killed last stays away: what it had begun is ended by the other one.
constexpr int away_in_the_end = 0;

class Kills {
public:
    explicit Kills(const Options& options) : options_(options), random_(options.seed) {
        cluster_.ask("postgres", "CREATE DATABASE partnerd");
    }

    bool run() {
        const Installation installation(options_.program, cluster_.url("partnerd"), options_.folder);
        Servers servers(installation);
        for (int i = 0; i < Servers::count; ++i) servers.start(i);
        Load load(options_.seed, options_.clients, {.activeplatform = 30, .ends = 10, .runs = 5}, installation,
                  servers);
        for (int round = 0; round < options_.rounds; ++round) {
            load.wait_for(20 + roll(300));
            kill_some(servers);
            std::printf("round %d: %lld acknowledged so far\n", round + 1, static_cast<long long>(load.acknowledged()));
            std::fflush(stdout);
        }
        load.wait_for(100);
        servers.kill(away_in_the_end);
        load.finish();
        load.repeat(50);
        const Sql sql = [&](const std::string& text) { return cluster_.ask("partnerd", text); };
        std::vector<std::string> faults = load.wait_for_the_rest(sql);
        servers.end(1 - away_in_the_end);
        for (std::string& fault : installation.find_faults()) faults.push_back(std::move(fault));
        return load.judge(sql, std::move(faults));
    }

private:
    // Mostly one of them while the other goes on; some after they were asked to end.
    void kill_some(Servers& servers) {
        const int first = roll(Servers::count);
        const bool is_both = roll(5) == 0;
        if (roll(5) == 0)
            servers.kill_while_ending(first, std::chrono::milliseconds(roll(20)));
        else
            servers.kill(first);
        if (is_both) servers.kill(1 - first);
        std::this_thread::sleep_for(std::chrono::milliseconds(roll(500)));
        servers.start(first);
        if (is_both) servers.start(1 - first);
    }

    int roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

    const Options options_;
    std::mt19937_64 random_;
    test::PostgresCluster cluster_;
};

}  // namespace

bool run_kills(const Options& options) { return Kills(options).run(); }
