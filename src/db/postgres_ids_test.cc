// Which ids are whose, where several servers number: slots, and what is reserved in them.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "db/postgres.h"
#include "db/postgres_connection.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Tx;
using std::chrono::milliseconds;
using test::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr db::Query insert_number{"insert_number", "INSERT INTO number (id) VALUES ($1)"};

// One server's ids: a thousand of each slot for each tick of its clock, of which it draws the first ones.
class Numbers {
public:
    static constexpr std::int64_t tick = 64'000;

    std::int64_t next() {
        const std::lock_guard lock(mutex_);
        std::int64_t id = last_ / tick * tick + slot_ * 1'000;
        if (id <= last_) id = last_ < id + 999 ? last_ + 1 : id + tick;
        if (slot_ < 0 || id > through_) throw db::Unavailable("not reserved");
        return last_ = id;
    }
    void move_clock(std::int64_t ticks) { raise(last() + ticks * tick); }
    int slot() const {
        const std::lock_guard lock(mutex_);
        return slot_;
    }
    std::int64_t last() const {
        const std::lock_guard lock(mutex_);
        return last_;
    }
    db::Ids ids() {
        return {.settle = [this] { return last(); },
                .raise_above = [this](std::int64_t id) { raise(id); },
                .find_greatest =
                    [](Tx& tx) {
                        return tx.run({"greatest", "SELECT coalesce(max(id), 0) FROM number"}, {})[0].integer(0);
                    },
                .reserve =
                    [this](int slot, std::int64_t through) {
                        const std::lock_guard lock(mutex_);
                        slot_ = slot;
                        through_ = through;
                    },
                .reserved_ahead = 10 * tick};
    }

private:
    void raise(std::int64_t id) {
        const std::lock_guard lock(mutex_);
        last_ = std::max(last_, id);
    }

    mutable std::mutex mutex_;
    std::int64_t last_ = 0;
    int slot_ = -1;
    std::int64_t through_ = 0;
};

class PostgresIds : public testing::Test {
protected:
    void SetUp() override {
        db::write_and_wait(
            *open(), [](Tx& tx) { tx.run_script("CREATE TABLE number (id INTEGER NOT NULL PRIMARY KEY) STRICT"); });
    }

    // Who looks only at the end of the test renews nothing meanwhile.
    std::unique_ptr<db::Database> open(milliseconds look_each = std::chrono::hours(1)) const {
        db::PostgresOptions options = place_.options();
        options.write_connections = 2;
        options.read_connections = 1;
        options.look_each = look_each;
        return db::open_postgres(options);
    }
    static void write_one(db::Database& database, Numbers& numbers) {
        db::write_and_wait(database, [&](Tx& tx) { tx.run(insert_number, {numbers.next()}); });
    }
    std::string ask(const std::string& sql) const { return place_.ask(sql).at(0); }
    std::string count_slots_of(const std::string& whose) const {
        return ask("SELECT count(*) FROM id_slot WHERE owner " + whose);
    }

    const test::PostgresDatabase place_;
};

TEST_F(PostgresIds, have_a_slot_for_each_server_and_none_for_who_is_gone) {
    Numbers numbers, of_other;
    auto database = open(), other = open();
    database->share_ids(numbers.ids());
    other->share_ids(of_other.ids());
    EXPECT_NE(numbers.slot(), of_other.slot());
    EXPECT_EQ(count_slots_of("IS NOT NULL"), "2");
    write_one(*other, of_other);
    other.reset();
    EXPECT_EQ(count_slots_of("IS NOT NULL"), "1");
    EXPECT_EQ(ask("SELECT count(*) FROM server_progress"), "1");
    EXPECT_EQ(ask(fmt::format("SELECT reserved_through FROM id_slot WHERE slot = {}", of_other.slot())),
              std::to_string(of_other.last()))
        << "nobody has to begin above what was not drawn";
}

TEST_F(PostgresIds, begin_above_what_was_reserved_for_the_last_owner_of_the_slot) {
    place_.ask("UPDATE id_slot SET owner = 'partnerd ' || slot, reserved_through = 7000000 + slot");
    Numbers numbers;
    const auto database = open();
    database->share_ids(numbers.ids());
    EXPECT_EQ(numbers.slot(), 0) << "the one that was reserved least far";
    write_one(*database, numbers);
    EXPECT_THAT(place_.ask("SELECT count(*) FROM number WHERE id > 7000000"), ElementsAre("1"));
    EXPECT_EQ(ask("SELECT count(*) FROM id_slot WHERE slot = 0 AND reserved_through > 7000000"), "1");
}

TEST_F(PostgresIds, are_reserved_further_by_each_look) {
    Numbers numbers;
    const auto database = open(milliseconds(10));
    database->share_ids(numbers.ids());
    for (int i = 0; i < 3; ++i) {
        numbers.move_clock(100);
        wait_until([&] {
            return std::stoll(ask("SELECT max(reserved_through) FROM id_slot")) >= numbers.last() + 10 * Numbers::tick;
        });
        wait_until([&] {
            try {
                return numbers.next() > 0;
            } catch (const db::Unavailable&) {
                return false;
            }
        });
    }
}

// As after a minute in which the server was stopped, or its database away.
TEST_F(PostgresIds, are_reserved_anew_before_the_first_write_that_would_be_without) {
    Numbers numbers;
    const auto database = open();
    database->share_ids(numbers.ids());
    numbers.move_clock(100);
    EXPECT_THROW(numbers.next(), db::Unavailable);
    write_one(*database, numbers);
    EXPECT_EQ(ask("SELECT count(*) FROM number"), "1");
}

TEST_F(PostgresIds, are_of_another_slot_once_somebody_else_has_the_old_one) {
    Numbers numbers, of_other;
    const auto database = open();
    database->share_ids(numbers.ids());
    write_one(*database, numbers);
    const int old_slot = numbers.slot();
    const std::int64_t drawn = numbers.last();
    place_.ask("DELETE FROM server_progress");
    place_.ask("UPDATE id_slot SET reserved_through = 900000000 WHERE owner IS NULL");
    const auto other = open();
    other->share_ids(of_other.ids());
    ASSERT_EQ(of_other.slot(), old_slot);
    EXPECT_GT(of_other.next(), drawn + 9 * Numbers::tick) << "all that was reserved belongs to the first one";
    EXPECT_GT(numbers.next(), drawn) << "and may still be drawn";
    numbers.move_clock(100);
    write_one(*database, numbers);
    EXPECT_NE(numbers.slot(), old_slot);
    EXPECT_EQ(count_slots_of("IS NOT NULL"), "2");
}

TEST_F(PostgresIds, have_no_room_for_a_server_more_than_there_are_slots) {
    std::vector<std::unique_ptr<db::postgres::Connection>> others;
    for (int i = 0; i < db::id_slots; ++i) {
        db::PostgresAddress address = place_.options().address;
        for (auto& server : address.servers) server.emplace_back("application_name", fmt::format("other {}", i));
        others.push_back(std::make_unique<db::postgres::Connection>(
            address, std::chrono::steady_clock::now() + std::chrono::seconds(30)));
    }
    place_.ask("INSERT INTO server_progress (name, settled_through) SELECT 'other ' || slot, 0 FROM id_slot");
    place_.ask("UPDATE id_slot SET owner = 'other ' || slot, reserved_through = 5");
    Numbers numbers;
    {
        const auto database = open();
        try {
            database->share_ids(numbers.ids());
            ADD_FAILURE() << "it has been given a slot";
        } catch (const db::Broken& refusal) {
            EXPECT_THAT(refusal.what(), HasSubstr("64 servers"));
        }
    }
    EXPECT_EQ(ask("SELECT count(*) FROM server_progress"), "64") << "who was refused leaves nothing";
    others.erase(others.begin() + 17);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'other 17'") != "0")
        ASSERT_LT(std::chrono::steady_clock::now(), until);
    const auto database = open();
    database->share_ids(numbers.ids());
    EXPECT_EQ(numbers.slot(), 17);
}

TEST_F(PostgresIds, differ_however_many_servers_come_at_the_same_moment) {
    constexpr std::size_t count = 6;
    std::vector<Numbers> numbers(count);
    std::vector<std::unique_ptr<db::Database>> servers(count);
    std::vector<std::thread> threads;
    for (auto& server : servers) server = open();
    for (std::size_t i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            servers[i]->share_ids(numbers[i].ids());
            for (int written = 0; written < 20; ++written) write_one(*servers[i], numbers[i]);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(count_slots_of("IS NOT NULL"), std::to_string(count));
    EXPECT_EQ(ask("SELECT count(*) FROM number"), std::to_string(20 * count));
}

TEST_F(PostgresIds, come_with_the_databases_clock_at_once_and_with_each_look) {
    std::mutex mutex;
    std::vector<std::int64_t> told;
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return told.size();
    };
    auto database = open(milliseconds(10));
    database->share_clock([&](std::int64_t now_ms, std::chrono::microseconds took) {
        EXPECT_GE(took.count(), 0);
        const std::lock_guard lock(mutex);
        told.push_back(now_ms);
    });
    EXPECT_GE(count(), 1u);
    wait_until([&] { return count() > 3; });
    database.reset();
    EXPECT_TRUE(std::ranges::is_sorted(told));
    EXPECT_GT(told.front(), 1'700'000'000'000);
}

}  // namespace
