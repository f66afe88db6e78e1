#include "db/postgres_indexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "db/postgres.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Tx;
using test::wait_until;

constexpr std::string_view script =
    "CREATE INDEX IF NOT EXISTS number_a ON number (a); CREATE UNIQUE INDEX IF NOT EXISTS number_b ON number (b);";

class PostgresIndexes : public testing::Test {
protected:
    PostgresIndexes() {
        db::write_and_wait(*database_, [](Tx& tx) {
            tx.run_script("CREATE TABLE number (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b INTEGER) STRICT");
        });
        add(1, 1);
    }

    std::unique_ptr<db::Database> open() const {
        db::PostgresOptions options = place_.options();
        options.write_connections = 2;
        options.read_connections = 1;
        return db::open_postgres(options);
    }
    void add(std::int64_t id, std::int64_t b) {
        db::write_and_wait(*database_, [&](Tx& tx) {
            tx.run({"add_number", "INSERT INTO number (id, a, b) VALUES ($1, $1, $2)"}, {id, b});
        });
    }
    std::vector<std::string> list_usable() const {
        return place_.ask(
            "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'number'::regclass"
            " AND indisvalid AND NOT indisprimary ORDER BY 1");
    }
    bool is_waiting_for_others() const {
        return !place_
                    .ask(
                        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'"
                        " AND wait_event_type = 'Lock'")
                    .empty();
    }

    const std::vector<std::string> both_ = {"number_a", "number_b"};
    test::PostgresDatabase place_;
    std::unique_ptr<db::Database> database_ = open();
};

TEST_F(PostgresIndexes, are_made_while_others_write) {
    std::promise<void> may_end;
    std::promise<void> has_begun;
    std::future<void> end = may_end.get_future();
    // Whoever may still see the table without the index is waited for, longer than any other statement waits.
    auto slow = std::async(std::launch::async, [&] {
        db::write_and_wait(*database_, [&](Tx& tx) {
            tx.run({"add_slowly", "INSERT INTO number (id, a, b) VALUES (2, 2, 2)"}, {});
            has_begun.set_value();
            end.wait();
        });
    });
    has_begun.get_future().wait();
    auto making = std::async(std::launch::async, [&] { database_->make_indexes(script); });
    wait_until([&] { return is_waiting_for_others(); });
    add(3, 3);
    EXPECT_EQ(making.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
    may_end.set_value();
    slow.get();
    making.get();
    EXPECT_EQ(list_usable(), both_);
    EXPECT_THROW(add(4, 3), db::Duplicate);
}

TEST_F(PostgresIndexes, that_were_left_half_made_are_made_anew) {
    add(2, 1);
    EXPECT_THROW(database_->make_indexes(script), db::Duplicate);
    EXPECT_EQ(list_usable(), std::vector<std::string>{"number_a"});
    db::write_and_wait(*database_, [](Tx& tx) { tx.run({"remove", "DELETE FROM number WHERE id = 2"}, {}); });
    database_->make_indexes(script);
    EXPECT_EQ(list_usable(), both_);
}

TEST_F(PostgresIndexes, are_made_once_by_several_servers) {
    const auto other = open();
    auto making = std::async(std::launch::async, [&] { other->make_indexes(script); });
    database_->make_indexes(script);
    making.get();
    EXPECT_EQ(list_usable(), both_);
    EXPECT_TRUE(place_
                    .ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database ="
                         " (SELECT oid FROM pg_database WHERE datname = current_database())")
                    .empty());
}

TEST_F(PostgresIndexes, are_all_that_their_script_may_make) {
    for (const char* wrong :
         {"CREATE TABLE other (id INTEGER)", "CREATE INDEX number_a ON number (a)", "DROP TABLE number"})
        EXPECT_THROW(database_->make_indexes(std::string(script) + wrong + ";"), db::Broken) << wrong;
    EXPECT_TRUE(list_usable().empty());
}

}  // namespace
