// What one server remembers, and another has changed: see Tx::require_generation().

#include <gtest/gtest.h>

#include <future>

#include "tests/testing/cutting_proxy.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Tx;
using test::Answer;
using test::wait_until;

constexpr db::Query insert_counter{"insert_counter", "INSERT INTO counter (id) VALUES ($1)"};
constexpr db::Query count_counters{"count_counters", "SELECT count(*) FROM counter"};

class PostgresGeneration : public testing::Test {
protected:
    void SetUp() override {
        database_ = open();
        write(*database_, [](Tx& tx) {
            tx.run_script("CREATE TABLE counter (id INTEGER NOT NULL PRIMARY KEY) STRICT");
            tx.run(insert_counter, {1});
        });
    }

    db::PostgresOptions options() const {
        db::PostgresOptions options = place_.options();
        options.look_each = std::chrono::milliseconds(20);
        return options;
    }
    std::unique_ptr<db::Database> open() const { return db::open_postgres(options()); }

    static void write(db::Database& database, const std::function<void(Tx&)>& work) {
        db::write_and_wait(database, work);
    }
    static std::int64_t ask(db::Database& database, const db::Query& query) {
        std::int64_t result = 0;
        db::read_and_wait(database, [&](Tx& tx) { result = tx.run(query, {})[0].integer(0); });
        return result;
    }

    const test::PostgresDatabase place_;
    std::unique_ptr<db::Database> database_;
};

TEST_F(PostgresGeneration, tells_other_servers_that_what_they_remember_is_old) {
    const auto other = open();
    EXPECT_EQ(ask(*other, count_counters), 1);
    const std::uint64_t seen = other->generation();
    write(*other, [&](Tx& tx) { tx.require_generation(seen); });
    write(*database_, [](Tx& tx) { tx.invalidate_caches(); });
    EXPECT_THROW(write(*other,
                       [&](Tx& tx) {
                           tx.require_generation(seen);
                           tx.run(insert_counter, {2});
                       }),
                 db::Outdated);
    EXPECT_THROW(db::read_and_wait(*other, [&](Tx& tx) { tx.require_generation(seen); }), db::Outdated);
    EXPECT_GT(other->generation(), seen);
    write(*other, [&](Tx& tx) { tx.require_generation(other->generation()); });
    EXPECT_EQ(ask(*other, count_counters), 1);
}

// However the work ends, and whether or not it has asked for anything by then.
TEST_F(PostgresGeneration, says_of_what_a_work_has_found_that_it_went_by_something_old) {
    const auto other = open();
    EXPECT_EQ(ask(*other, count_counters), 1);
    const std::uint64_t seen = other->generation();
    write(*database_, [](Tx& tx) { tx.invalidate_caches(); });
    const auto ending_with = [&](db::Outcome outcome, bool asks) {
        Answer answer;
        other->write(
            [&, outcome, asks](Tx& tx) {
                tx.require_generation(seen);
                if (asks) tx.run(count_counters, {});
                return outcome;
            },
            answer.done());
        return answer.future.get();
    };
    for (const db::Outcome outcome : {db::Outcome::keep, db::Outcome::undo})
        for (const bool asks : {false, true}) EXPECT_THROW(ending_with(outcome, asks), db::Outdated) << asks;
    write(*other, [](Tx&) {});  // and whoever requires nothing gets on
}

TEST_F(PostgresGeneration, says_so_of_what_another_work_of_the_same_transaction_has_changed) {
    db::PostgresOptions with = options();
    with.write_connections = 1;
    const auto other = db::open_postgres(with);
    EXPECT_EQ(ask(*other, count_counters), 1);
    const std::uint64_t seen = other->generation();
    std::promise<void> may_begin;
    Answer first, changes, later;
    other->write(
        [begin = may_begin.get_future().share()](Tx&) {
            begin.wait();
            return db::Outcome::keep;
        },
        first.done());
    other->write(
        [](Tx& tx) {
            tx.invalidate_caches();
            return db::Outcome::keep;
        },
        changes.done());
    other->write(
        [seen](Tx& tx) {
            tx.require_generation(seen);
            tx.run(insert_counter, {2});
            return db::Outcome::keep;
        },
        later.done());
    may_begin.set_value();
    first.future.get();
    changes.future.get();
    EXPECT_THROW(later.future.get(), db::Outdated);
    EXPECT_EQ(ask(*other, count_counters), 1);
}

TEST_F(PostgresGeneration, hears_within_its_look_that_another_server_has_moved_on) {
    const auto other = open();
    EXPECT_EQ(ask(*other, count_counters), 1);
    const std::uint64_t seen = other->generation();
    write(*database_, [](Tx& tx) { tx.invalidate_caches(); });
    wait_until([&] { return other->generation() > seen; });
}

// What is asked, whether the caller is still known, and the end of the transaction go along.
TEST_F(PostgresGeneration, costs_a_read_of_one_statement_no_message) {
    const test::CuttingProxy proxy(test::PostgresCluster::shared().socket(),
                                   [](const auto&) { return test::CuttingProxy::Verdict::pass; });
    db::PostgresOptions options{.address = db::read_postgres_address(proxy.url(place_.name())).value(),
                                .write_connections = 1,
                                .read_connections = 1};
    options.look_each = std::chrono::hours(1);
    const auto database = db::open_postgres(options);
    const auto read = [&] {
        db::read_and_wait(*database, [&](Tx& tx) {
            tx.require_generation(database->generation());
            EXPECT_EQ(tx.run_last(count_counters, {})[0].integer(0), 1);
        });
    };
    ask(*database, count_counters);
    read();  // from here on all is prepared, and nothing else is under way
    const int before = proxy.pieces();
    for (int i = 0; i < 3; ++i) read();
    EXPECT_EQ(proxy.pieces() - before, 3 * 2) << "one there, one back";
}

}  // namespace
