// That what is acknowledged is there, and what failed has had no effect, where a transaction does not simply succeed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "db/postgres.h"
#include "tests/testing/cutting_proxy.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Outcome;
using db::Tx;
using test::Answer;
using test::CuttingProxy;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr db::Query find_number{"find_number", "SELECT number FROM counter WHERE id = $1"};
constexpr db::Query set_number{"set_number", "UPDATE counter SET number = $2 WHERE id = $1"};
constexpr db::Query insert_counter{"insert_counter", "INSERT INTO counter (id, number) VALUES ($1, $2)"};
constexpr db::Query count_counters{"count_counters", "SELECT count(*) FROM counter"};
constexpr db::Query find_process{"find_process", "SELECT CAST(pg_backend_pid() AS BIGINT)"};
constexpr db::Query collide{"collide", "SELECT collide()"};

constexpr std::string_view tables =
    "CREATE TABLE counter (id INTEGER NOT NULL PRIMARY KEY, number INTEGER NOT NULL) STRICT";

void make_counter(db::Database& database) {
    db::write_and_wait(database, [](Tx& tx) {
        tx.run_script(tables);
        tx.run(insert_counter, {1, 0});
    });
}

void raise(Tx& tx, std::int64_t id) {
    const std::int64_t number = tx.run(find_number, {id})[0].integer(0);
    tx.change(set_number, {id, number + 1}, db::Expect::one);
}

std::int64_t ask(db::Database& database, const db::Query& query) {
    std::int64_t result = 0;
    db::read_and_wait(database, [&](Tx& tx) { result = tx.run(query, {})[0].integer(0); });
    return result;
}

// One of two threads that write is kept busy; the other one, alone with what comes then, has taken four works when
// they meet somebody else's, and goes on with two at a time. The first two lose their connection and get no other; for
// the last two there is one again.
TEST(PostgresCommit, acknowledges_no_work_that_was_left_to_others) {
    const test::PostgresDatabase place;
    place.ask("CREATE ROLE limited LOGIN");
    place.ask("ALTER DATABASE " + place.name() + " OWNER TO limited");
    place.ask(
        "CREATE FUNCTION collide() RETURNS bigint LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'another one' USING ERRCODE = '40001'; END $$");
    std::string url = test::PostgresCluster::shared().url(place.name());
    url.replace(url.find("partnerd@"), 9, "limited@");
    db::PostgresOptions options{.address = db::read_postgres_address(url).value(), .write_connections = 2};
    options.batch_limit = 4;
    options.look_each = std::chrono::hours(1);
    options.log = [&](std::string_view sentence) {
        if (sentence.find("with fewer connections") != std::string_view::npos)
            place.ask("ALTER ROLE limited CONNECTION LIMIT -1");
    };
    const auto database = db::open_postgres(options);
    make_counter(*database);

    const auto hold = [&](Answer& answer) {
        auto go = std::make_shared<std::promise<void>>();
        auto begun = std::make_shared<std::promise<void>>();
        database->write(
            [begun, wait = go->get_future().share()](Tx&) {
                begun->set_value();
                wait.wait();
                return Outcome::undo;
            },
            answer.done());
        begun->get_future().wait();
        return go;
    };
    Answer busy, gathering;
    const auto let_first_go = hold(busy);
    for (int i = 0; i < 4; ++i) db::write_and_wait(*database, [](Tx&) {});
    const auto let_second_go = hold(gathering);
    int runs = 0;  // of the first
    std::vector<Answer> answers(4);
    for (int i = 0; i < 4; ++i)
        database->write(
            [&, i](Tx& tx) {
                if (i == 0 && ++runs == 1) tx.run(collide, {});
                if (i == 0 && runs == 2) {
                    const std::int64_t process = tx.run(find_process, {})[0].integer(0);
                    place.ask("ALTER ROLE limited CONNECTION LIMIT 0");
                    place.ask("SELECT pg_terminate_backend(" + std::to_string(process) + ", 10000)");
                    tx.run(find_process, {});
                }
                tx.change(insert_counter, {i + 10, 1}, db::Expect::one);
                return Outcome::keep;
            },
            answers[static_cast<std::size_t>(i)].done());
    let_second_go->set_value();
    for (Answer& answer : answers) answer.future.get();
    EXPECT_THAT(place.ask("SELECT id FROM counter WHERE id >= 10 ORDER BY id"), ElementsAre("10", "11", "12", "13"));
    EXPECT_EQ(runs, 3);
    let_first_go->set_value();
    busy.future.get();
    gathering.future.get();
}

// Other servers go by the number in the table: this one is not to be ahead of it.
TEST(PostgresCommit, moves_no_generation_whose_commit_fails) {
    const test::PostgresDatabase place;
    const auto database = db::open_postgres(place.options());
    make_counter(*database);
    EXPECT_EQ(ask(*database, count_counters), 1);
    const std::uint64_t seen = database->generation();
    place.ask(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not that'; END $$");
    place.ask(
        "CREATE CONSTRAINT TRIGGER refused AFTER UPDATE ON counter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " EXECUTE FUNCTION refuse()");
    const auto raise_and_invalidate = [](Tx& tx) {
        raise(tx, 1);
        tx.invalidate_caches();
    };
    EXPECT_THROW(db::write_and_wait(*database, raise_and_invalidate), db::Broken);
    EXPECT_EQ(database->generation(), seen);
    EXPECT_THAT(place.ask("SELECT number FROM generation"), ElementsAre(std::to_string(seen)));
    place.ask("DROP TRIGGER refused ON counter");
    db::write_and_wait(*database, raise_and_invalidate);
    EXPECT_EQ(database->generation(), seen + 1);
}

// It is there for all to see, but a promotion would lose it. Each wait is cancelled, that of whoever wants to find out
// among them.
TEST(PostgresCommit, acknowledges_nothing_that_no_standby_has_confirmed) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    db::PostgresOptions options{.address = cluster.address(name), .write_connections = 1};
    make_counter(*db::open_postgres(options));
    cluster.stop();
    cluster.set({"synchronous_standby_names=nobody"});
    cluster.start();
    options.deadline = std::chrono::seconds(2);
    options.look_each = std::chrono::hours(1);
    const auto database = db::open_postgres(options);
    Answer answer;
    database->write(
        [](Tx& tx) {
            raise(tx, 1);
            return Outcome::keep;
        },
        answer.done());
    std::int64_t cancelled = 0;
    while (!answer.is_there())
        cancelled += std::stol(cluster.ask(
            name, "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")[0]);
    EXPECT_THROW(answer.future.get(), db::Unavailable);
    EXPECT_GT(cancelled, 1);
    EXPECT_THAT(cluster.ask(name, "SELECT number FROM counter"), ElementsAre("1"));
}

// Each piece in turn is the first that does not get through, and nobody is told. Rows are inserted, and no key twice.
TEST(PostgresCommit, keeps_whole_what_it_acknowledges_wherever_its_connection_stands_still) {
    const test::PostgresDatabase place;
    make_counter(*db::open_postgres(place.options()));
    bool has_held = true;
    int held = 1;  // of those that come once the database is open
    for (std::int64_t id = 10; has_held && held < 200; ++held) {
        std::atomic<int> number = 0;
        std::atomic<bool> was_held = false;
        CuttingProxy proxy(test::PostgresCluster::shared().socket(), [&](const CuttingProxy::Piece& piece) {
            if (piece.number != number) return CuttingProxy::Verdict::pass;
            was_held = true;
            return CuttingProxy::Verdict::hold;
        });
        db::PostgresOptions options{.address = db::read_postgres_address(proxy.url(place.name())).value(),
                                    .write_connections = 1};
        options.deadline = std::chrono::milliseconds(300);
        options.look_each = std::chrono::hours(1);
        const auto database = db::open_postgres(options);
        number = proxy.pieces() + held;
        for (int i = 0; i < 2; ++i, id += 2) {
            bool is_acknowledged = true;
            const auto begun = std::chrono::steady_clock::now();
            try {
                db::write_and_wait(*database, [id](Tx& tx) {
                    tx.run(find_number, {1});
                    for (const std::int64_t one : {id, id + 1}) tx.change(insert_counter, {one, 1}, db::Expect::any);
                });
            } catch (const db::Unavailable&) {
                is_acknowledged = false;
            }
            EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10)) << "held at " << held;
            const std::string rows =
                place.ask("SELECT count(*) FROM counter WHERE id / 2 = " + std::to_string(id / 2)).at(0);
            EXPECT_TRUE(rows == "2" || (rows == "0" && !is_acknowledged)) << rows << " rows, held at " << held;
        }
        has_held = was_held;
    }
    EXPECT_FALSE(has_held);
    EXPECT_GT(held, 10);
}

// Connections that there are already, and those that are made meanwhile: both end with the work's deadline.
TEST(PostgresCommit, says_in_time_that_the_database_stands_still_and_works_again_when_it_goes_on) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    db::PostgresOptions options{.address = cluster.address(name), .write_connections = 1, .read_connections = 1};
    make_counter(*db::open_postgres(options));
    options.deadline = std::chrono::seconds(1);
    const auto database = db::open_postgres(options);
    const auto writes = [&] {
        try {
            db::write_and_wait(*database, [](Tx& tx) { raise(tx, 1); });
            return true;
        } catch (const db::Unavailable&) {
            return false;
        }
    };
    const auto reads = [&] {
        try {
            return ask(*database, count_counters) == 1;
        } catch (const db::Unavailable&) {
            return false;
        }
    };
    test::wait_until(writes);
    test::wait_until(reads);
    const auto before = cluster.ask(name, "SELECT number FROM counter");
    cluster.pause(true);
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(writes());
        EXPECT_FALSE(reads());
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    cluster.pause(false);
    EXPECT_LT(took, 3 * 4 * options.deadline);
    EXPECT_EQ(cluster.ask(name, "SELECT number FROM counter"), before) << "no COMMIT was sent";
    test::wait_until(writes);
    test::wait_until(reads);
}

TEST(PostgresCommit, removes_old_markers_a_lot_at_a_time) {
    const test::PostgresDatabase place;
    db::PostgresOptions options = place.options();
    options.look_each = std::chrono::milliseconds(20);
    const auto database = db::open_postgres(options);
    make_counter(*database);
    place.ask("CREATE TABLE deletion (markers BIGINT)");
    place.ask(
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO deletion SELECT count(*) FROM gone; RETURN NULL; END $$");
    place.ask(
        "CREATE TRIGGER noted AFTER DELETE ON commit_marker REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"
        " EXECUTE FUNCTION note()");
    place.ask(
        "INSERT INTO commit_marker (id, at, is_abandoned) SELECT -n, n, 0 FROM generate_series(1, 25000) AS s (n)");
    test::wait_until([&] { return place.ask("SELECT count(*) FROM commit_marker WHERE id < 0")[0] == "0"; });
    EXPECT_THAT(place.ask("SELECT markers FROM deletion WHERE markers > 0"), ElementsAre("10000", "10000", "5000"));
    EXPECT_THAT(place.ask("SELECT count(*) FROM commit_marker"), ElementsAre("1")) << "what is not old";
}

TEST(PostgresCommit, says_why_the_first_migration_failed) {
    const test::PostgresDatabase place;
    const auto database = db::open_postgres(place.options());
    try {
        db::write_and_wait(*database, [](Tx& tx) {
            tx.run_script(tables);
            tx.run(insert_counter, {1, 0});
            tx.run_script("CREATE TABLE follower (id INTEGER NOT NULL PRIMARY KEY REFERENCES nowhere (id)) STRICT");
        });
        ADD_FAILURE() << "nothing was thrown";
    } catch (const db::Broken& thrown) {
        EXPECT_THAT(thrown.what(), HasSubstr("nowhere"));
    }
    EXPECT_THAT(place.ask("SELECT to_regclass('counter'), to_regclass('commit_marker')"), ElementsAre("\t"));
    make_counter(*database);
}

// What a read has been told once is not told to it anew, from another snapshot.
TEST(PostgresCommit, begins_no_read_anew_that_knows_how_far_all_is_settled) {
    const test::PostgresDatabase place;
    db::PostgresOptions options = place.options();
    options.look_each = std::chrono::hours(1);
    const auto database = db::open_postgres(options);
    make_counter(*database);
    int runs = 0;
    EXPECT_THROW(db::read_and_wait(*database,
                                   [&](Tx& tx) {
                                       ++runs;
                                       tx.settled_through();
                                       place.ask(
                                           "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname"
                                           " = current_database() AND pid <> pg_backend_pid()");
                                       tx.run(count_counters, {});
                                   }),
                 db::Unavailable);
    EXPECT_EQ(runs, 1);
}

}  // namespace
