#include "db/postgres_connection.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/postgres_cluster.h"

namespace {

using db::postgres::Answer;
using db::postgres::Clock;
using db::postgres::Connection;

constexpr std::size_t statements_kept = 4;
constexpr db::Query begin{"begin", "BEGIN"};
constexpr db::Query roll_back{"roll_back", "ROLLBACK"};
constexpr db::Query count_prepared{"count_prepared", "SELECT count(*) FROM pg_prepared_statements"};

class PostgresConnection : public testing::Test {
protected:
    const test::PostgresDatabase place_;
    Connection connection_{place_.options().address, Clock::now() + std::chrono::seconds(20),
                           Connection::Use::everything, statements_kept};
};

TEST_F(PostgresConnection, answers_what_was_asked_when_it_has_forgotten_its_statements) {
    std::vector<std::string> texts;
    for (int i = 0; i < 20; ++i)
        texts.push_back("SELECT CAST(" + std::to_string(i) + " AS BIGINT), CAST(txid_current() AS BIGINT)");
    connection_.send(begin);
    connection_.send_flush();
    ASSERT_FALSE(connection_.receive().failure);
    std::int64_t transaction = 0;
    for (int i = 0; i < 20; ++i) {
        connection_.send({"number", texts[static_cast<std::size_t>(i)]});
        connection_.send_flush();
        const Answer answer = connection_.receive();
        ASSERT_FALSE(answer.failure) << answer.failure->sentence;
        ASSERT_EQ(answer.rows.size(), 1u);
        EXPECT_EQ(answer.rows[0].integer(0), i);
        if (i == 0) transaction = answer.rows[0].integer(1);
        EXPECT_EQ(answer.rows[0].integer(1), transaction);
    }
    EXPECT_LE(connection_.ask(count_prepared).rows[0].integer(0), static_cast<std::int64_t>(statements_kept));
    EXPECT_EQ(connection_.unanswered(), 0u);
}

TEST_F(PostgresConnection, ends_a_transaction_that_has_failed_whatever_it_has_prepared) {
    connection_.send(begin);
    connection_.send({"divide", "SELECT 1 / 0"});
    ASSERT_TRUE(connection_.finish());
    connection_.send(roll_back);
    EXPECT_FALSE(connection_.finish());
    const Answer answer = connection_.ask(count_prepared);
    ASSERT_FALSE(answer.failure) << answer.failure->sentence;
    EXPECT_LE(answer.rows[0].integer(0), static_cast<std::int64_t>(statements_kept));
}

TEST_F(PostgresConnection, for_reads_has_one_snapshot_between_two_syncs_and_writes_nothing) {
    constexpr db::Query make{"make", "CREATE TABLE thing (id BIGINT)"};
    constexpr db::Query add{"add", "INSERT INTO thing VALUES (1)"};
    constexpr db::Query count{"count", "SELECT count(*) FROM thing"};
    ASSERT_FALSE(connection_.ask(make).failure);
    Connection reading(place_.options().address, Clock::now() + std::chrono::seconds(20), Connection::Use::reads);
    const auto count_again = [&] {
        reading.send(count);
        reading.send_flush();
        return db::postgres::rows_of(reading.receive())[0].integer(0);
    };
    EXPECT_EQ(count_again(), 0);
    ASSERT_FALSE(connection_.ask(add).failure);
    EXPECT_EQ(count_again(), 0);
    reading.send_sync();
    EXPECT_EQ(count_again(), 1);
    EXPECT_TRUE(reading.ask(add).failure);
    EXPECT_EQ(count_again(), 1);
}

TEST_F(PostgresConnection, for_reads_forgets_its_statements_between_two_transactions) {
    Connection reading(place_.options().address, Clock::now() + std::chrono::seconds(20), Connection::Use::reads,
                       statements_kept);
    std::vector<std::string> texts;
    for (int i = 0; i < 20; ++i) texts.push_back("SELECT CAST(" + std::to_string(i) + " AS BIGINT)");
    for (const std::string& text : texts) {
        reading.make_room();
        EXPECT_FALSE(reading.ask({"number", text}).failure);
    }
    reading.make_room();
    EXPECT_LE(reading.ask(count_prepared).rows[0].integer(0), static_cast<std::int64_t>(statements_kept) + 1);
}

}  // namespace
