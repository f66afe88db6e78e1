#include "db/postgres.h"

#include <fmt/format.h>
#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "db/health.h"
#include "db/postgres_claim.h"
#include "db/postgres_indexes.h"
#include "db/postgres_readers.h"
#include "db/postgres_writer.h"

namespace db {
namespace {

using postgres::Claim;
using postgres::Clock;
using postgres::Connection;
using postgres::Generation;
using postgres::Lost;
using postgres::Progress;

constexpr Query ask_clock_query{"ask_clock", "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"};
// A lot at a time: the look that does it is to be short.
constexpr Query delete_old_markers{
    "delete_old_commit_markers",
    "DELETE FROM commit_marker WHERE id IN (SELECT id FROM commit_marker"
    " WHERE at < CAST(extract(epoch FROM now()) * 1000 AS BIGINT) - 3600000 ORDER BY at LIMIT 10000)"};
constexpr std::size_t markers_in_lot = 10'000;

// What others of ours are called: see named(). Whoever looks comes as the same role, and so sees them.
constexpr Query count_others{"count_other_connections",
                             "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                             " AND application_name LIKE 'partnerd %' AND application_name <> $1"};

using Compare = std::function<void(std::int64_t now_ms, std::chrono::microseconds took)>;

// Throws Lost.
void ask_clock(Connection& connection, const Compare& compare) {
    const auto begun = Clock::now();
    const postgres::Answer answer = connection.ask(ask_clock_query);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
    if (!answer.failure) compare(answer.rows[0].integer(0), took);
}

// Looks whether another server has moved the generation on, tells how far this one has come, and keeps the claim, if it
// has one; now and then removes markers that nobody will ask for.
class Watch {
public:
    Watch(const PostgresOptions& options, Generation& generation, Progress& progress, Claim& claim, Health& health,
          Health& claiming, postgres::Crowd& crowd)
        : options_(options),
          generation_(generation),
          progress_(progress),
          claim_(claim),
          claiming_(claiming),
          line_(options.address, health, crowd),
          thread_([this] { loop(); }) {
        claim_.on_doubt([this] { hurry(); });
    }
    ~Watch() {
        {
            const std::lock_guard lock(mutex_);
            is_stopping_ = true;
        }
        woken_.notify_all();
        thread_.join();
    }

    void compare_clocks(Compare compare) {
        const std::lock_guard lock(mutex_);
        compare_ = std::move(compare);
    }

    // Whether this server has it alone from here on.
    bool claim() {
        claim_.want();
        hurry();
        std::unique_lock lock(mutex_);
        const auto is_decided = [this] { return claim_.state() != Claim::State::doubtful; };
        if (!looked_.wait_for(lock, options_.deadline, is_decided))
            throw Unavailable(fmt::format("{} cannot be reached in time", options_.address.shown));
        return claim_.state() == Claim::State::held;
    }

private:
    void loop() {
        pthread_setname_np(pthread_self(), "db-watch");
        constexpr int looks_between_deletions = 20;
        std::unique_lock lock(mutex_);
        for (int looks = 1; wait_for_next_look(lock); ++looks) {
            lock.unlock();
            look(looks % looks_between_deletions == 0);
            lock.lock();
            looked_.notify_all();
        }
        leave();
    }

    void hurry() {
        const std::lock_guard lock(mutex_);
        is_hurried_ = true;
        woken_.notify_all();
    }

    // False: there will be none.
    bool wait_for_next_look(std::unique_lock<std::mutex>& lock) {
        constexpr auto soon = std::chrono::milliseconds(20);
        const auto time = claim_.state() == Claim::State::doubtful ? soon : options_.look_each;
        woken_.wait_for(lock, time, [this] { return is_stopping_ || std::exchange(is_hurried_, false); });
        return !is_stopping_;
    }

    void leave() {
        constexpr auto time_to_leave = std::chrono::seconds(1);
        if (!is_connected_ || !progress_.is_shared()) return;
        try {
            if (Connection* const connection = line_.connect(Clock::now() + time_to_leave))
                progress_.leave(*connection);
        } catch (const Lost&) {  // the others will see that its connections are gone
        } catch (const std::exception&) {
        }
    }

    void look(bool deletes) {
        Connection* const connection = line_.connect(Clock::now() + options_.deadline);
        is_connected_ = connection != nullptr;
        if (connection == nullptr) return;
        try {
            if (const Compare compare = find_compare()) ask_clock(*connection, compare);
            if (!connection->has_own_schema()) connection->look_for_own_schema();
            if (!connection->has_own_schema()) return;
            claim_.look(*connection);
            if (claim_.was_lost()) claiming_.failed(0, Claim::lost);
            const postgres::Answer answer = connection->ask(postgres::find_generation);
            if (!answer.failure && !answer.rows.empty())
                generation_.see(static_cast<std::uint64_t>(answer.rows[0].integer(0)));
            if (deletes || has_more_markers_)
                has_more_markers_ = connection->ask(delete_old_markers).rows.changed() == markers_in_lot;
            connection->finish();
            if (progress_.is_shared()) progress_.publish(*connection);
            if (progress_.is_shared() && deletes) progress_.remove_dead(*connection);
            if (connection->is_stale()) close();
            line_.worked();
        } catch (const Lost& lost) {
            is_connected_ = false;
            lose(lost.sentence);
        } catch (const std::exception& failure) {  // it has answered
            lose(failure.what());
        }
    }

    Compare find_compare() {
        const std::lock_guard lock(mutex_);
        return compare_;
    }

    // The claim is the connection's.
    void lose(const std::string& reason) {
        claim_.doubt();
        line_.lose(reason);
    }
    void close() {
        claim_.doubt();
        line_.close();
    }

    const PostgresOptions& options_;
    Generation& generation_;
    Progress& progress_;
    Claim& claim_;
    Health& claiming_;
    postgres::Line line_;
    bool is_connected_ = true;  // as far as the last look has told
    bool has_more_markers_ = false;
    std::mutex mutex_;
    Compare compare_;
    std::condition_variable woken_;
    std::condition_variable looked_;
    bool is_stopping_ = false;
    bool is_hurried_ = false;
    std::thread thread_;
};

// All connections of a server have one name, by which others see whether it is still there.
PostgresOptions named(PostgresOptions options) {
    std::random_device random;
    const std::string name = fmt::format("partnerd {:08x}{:08x}", random(), random());
    for (PostgresAddress::Parameters& server : options.address.servers) server.emplace_back("application_name", name);
    return options;
}

std::string name_of(const PostgresAddress& address) { return address.servers.front().back().second; }

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(PostgresOptions options)
        : options_(named(std::move(options))),
          progress_(name_of(options_.address), options_.write_connections),
          reading_(fmt::format("reading {}", options_.address.shown), options_.log, options_.status.get()),
          writing_(fmt::format("writing {}", options_.address.shown), options_.log, options_.status.get()),
          watching_(fmt::format("watching {}", options_.address.shown), {}, nullptr),
          claim_(name_of(options_.address)),
          claiming_(fmt::format("claiming {}", options_.address.shown), options_.log, options_.status.get()),
          crowd_(options_.log),
          readers_(options_, generation_, reading_, crowd_),
          writer_(options_, generation_, progress_, claim_, writing_, crowd_),
          watch_(options_, generation_, progress_, claim_, watching_, claiming_, crowd_) {}

    ~PostgresDatabase() override {
        writer_.stop();
        readers_.stop();
    }

    void write(Work work, Done done) override { writer_.write(std::move(work), std::move(done)); }
    void read(Work work, Done done) override { readers_.read(std::move(work), std::move(done)); }
    std::uint64_t generation() const override { return generation_.number(); }
    bool is_shared() const override { return true; }
    void share_ids(Ids ids) override {
        progress_.share(std::move(ids));
        const auto until = Clock::now() + options_.deadline;
        while (true) {
            try {
                Connection connection(options_.address, until);
                return progress_.join(connection);
            } catch (const postgres::Crowded&) {
                if (Clock::now() > until) throw;
                crowd_.ask_for_one();
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            } catch (const Lost& lost) {
                throw_unreachable(lost);
            }
        }
    }
    void share_clock(Compare compare) override {
        try {
            Connection connection(options_.address, Clock::now() + options_.deadline);
            ask_clock(connection, compare);
        } catch (const Lost&) {  // who looks will ask again
        } catch (const Unavailable&) {
        }
        watch_.compare_clocks(std::move(compare));
    }
    bool claim_alone() override { return watch_.claim(); }
    bool is_open_elsewhere() override {
        Connection connection(options_.address, Clock::now() + options_.deadline);
        try {
            return postgres::rows_of(connection.ask(count_others, {progress_.name()}))[0].integer(0) > 0;
        } catch (const Lost& lost) {
            throw_unreachable(lost);
        }
    }
    void make_indexes(std::string_view script) override {
        Connection connection(options_.address, Clock::now() + options_.deadline);
        try {
            postgres::make_indexes(connection, script);
        } catch (const Lost& lost) {
            throw_unreachable(lost);
        }
    }
    // Its files are not ours to look at: see pg_amcheck.
    std::vector<std::string> check_integrity() override { return {}; }

private:
    [[noreturn]] void throw_unreachable(const Lost& lost) const {
        throw Unavailable(fmt::format("{} cannot be reached: {}", options_.address.shown, lost.sentence));
    }

    const PostgresOptions options_;
    Generation generation_;
    Progress progress_;
    Health reading_;
    Health writing_;
    Health watching_;
    Claim claim_;
    Health claiming_;
    postgres::Crowd crowd_;
    postgres::Readers readers_;
    postgres::Writer writer_;
    Watch watch_;
};

// Whether it can be had at all, before threads wait for it.
void try_once(const PostgresOptions& options) {
    const Connection connection(options.address, Clock::now() + options.deadline);
}

}  // namespace

std::unique_ptr<Database> open_postgres(PostgresOptions options) {
    try_once(options);
    return std::make_unique<PostgresDatabase>(std::move(options));
}

}  // namespace db
