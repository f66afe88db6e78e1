#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/servers/load.h"
#include "tests/servers/scenarios.h"
#include "tests/testing/postgres_cluster.h"

namespace {

constexpr const char* standby_name = "standby";

class Failover {
public:
    explicit Failover(const Options& options) : options_(options), random_(options.seed) {
        primary_->ask("postgres", "CREATE DATABASE partnerd");
        standby_->follow(*primary_, standby_name);
        wait_for_standby(true);
    }

    bool run() {
        const Installation installation(options_.program, address(), options_.folder);
        Servers servers(installation);
        for (int i = 0; i < Servers::count; ++i) servers.start(i);
        Load load(options_.seed, options_.clients, {}, installation, servers);
        for (int round = 0; round < options_.rounds; ++round) {
            load.wait_for(100 + roll(1000));
            wait_for_standby(true);
            fail_over(load);
            std::printf("round %d: %lld acknowledged so far\n", round + 1, static_cast<long long>(load.acknowledged()));
            std::fflush(stdout);
        }
        load.wait_for(100);
        load.finish();
        load.repeat(50);
        const Sql sql = [&](const std::string& text) { return primary_->ask("partnerd", text); };
        std::vector<std::string> faults = load.wait_for_the_rest(sql);
        for (int i = 0; i < Servers::count; ++i) servers.end(i);
        for (std::string& fault : installation.find_faults()) faults.push_back(std::move(fault));
        return load.judge(sql, std::move(faults));
    }

private:
    // One time in three the promoted one takes writes alone for a while; else nothing is acknowledged before the old
    // one is back as its standby.
    void fail_over(Load& load) {
        primary_->kill();
        std::swap(primary_, standby_);
        primary_->promote();
        if (roll(3) == 0) {
            wait_for_standby(false);
            load.wait_for(100);
        }
        standby_->follow(*primary_, standby_name);
        wait_for_standby(true);
        load.wait_for(100);
    }

    // Whether a COMMIT waits for the standby from now on. Once it does, each that was acknowledged is there, too; and
    // once the standby is promoted, a COMMIT there waits for its own.
    void wait_for_standby(bool does_wait) {
        name_standby(*primary_, does_wait ? standby_name : "");
        if (!does_wait) return;
        wait_until("the standby is synchronous", [&] {
            return primary_
                       ->ask("postgres",
                             "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND "
                             "state = 'streaming' AND application_name = 'standby'")
                       .at(0) == "1";
        });
        name_standby(*standby_, standby_name);
    }

    static void name_standby(const test::PostgresCluster& cluster, const std::string& name) {
        cluster.ask("postgres", "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        cluster.ask("postgres", "SELECT pg_reload_conf()");
    }

    // The order never changes: whoever takes writes is found.
    std::string address() const {
        const std::string one = first_.url("partnerd");
        const std::string other = second_.url("partnerd");
        const auto host = other.find('@') + 1;
        std::string both = one;
        both.insert(one.rfind('/'), ',' + other.substr(host, other.rfind('/') - host));
        return both + "?target_session_attrs=read-write";
    }

    int roll(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

    const Options options_;
    std::mt19937_64 random_;
    test::PostgresCluster first_;
    test::PostgresCluster second_{test::PostgresCluster::Empty{}};
    test::PostgresCluster* primary_ = &first_;
    test::PostgresCluster* standby_ = &second_;
};

}  // namespace

bool run_failover(const Options& options) { return Failover(options).run(); }
