// Several servers on one PostgreSQL database, as they open it: whose ids are whose, and a sandbox, which is one
// server's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "server/open.h"
#include "server/sandbox.h"
#include "tests/testing/fresh_database.h"

namespace {

using testing::HasSubstr;

constexpr db::Query insert_drawn{"insert_drawn", "INSERT INTO drawn (id) VALUES ($1)"};

std::int64_t slot_of(std::int64_t id) { return id >> 6 & 63; }

class ServersOnPostgres : public testing::Test {
protected:
    std::string url() const { return test::PostgresCluster::shared().url(place_.name()); }
    OpenDatabase open(std::shared_ptr<SteadyTime> time = std::make_shared<SteadyTime>()) const {
        return open_database(url(), Mode::production, {}, {}, std::make_shared<db::Status>(), {}, std::move(time))
            .value();
    }
    std::int64_t write_one(OpenDatabase& open) const {
        std::int64_t id = 0;
        db::write_and_wait(*open.database, [&](db::Tx& tx) { tx.run(insert_drawn, {id = open.world->new_id()}); });
        return id;
    }
    void make_table() const { place_.ask("CREATE TABLE drawn (id BIGINT PRIMARY KEY)"); }

    const test::PostgresDatabase place_;
};

TEST_F(ServersOnPostgres, draw_no_id_twice_whatever_their_clocks_say) {
    std::vector<OpenDatabase> servers;
    for (int i = 0; i < 3; ++i) {
        const auto behind = [i](std::int64_t ms) { return ms - i * 1'700; };
        SteadyTime::Clocks machine = SteadyTime::clocks_of_machine();
        servers.push_back(open(std::make_shared<SteadyTime>(SteadyTime::Clocks{
            .wall_ms = [machine, behind] { return behind(machine.wall_ms()); }, .uptime_ms = machine.uptime_ms})));
    }
    servers.push_back(open_existing_database(url()).value());  // as a command does
    std::vector<std::vector<std::int64_t>> drawn(servers.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < servers.size(); ++i)
        threads.emplace_back([&, i] {
            for (int n = 0; n < 20'000; ++n) drawn[i].push_back(servers[i].world->new_id());
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::int64_t> slots;
    for (const auto& ids : drawn) {
        slots.insert(slot_of(ids.front()));
        for (const std::int64_t id : ids) ASSERT_EQ(slot_of(id), slot_of(ids.front()));
    }
    EXPECT_EQ(slots.size(), servers.size());
}

// SIGSTOP and, later, SIGCONT: its clock has gone on meanwhile, its looks have not; its connections are gone, and its
// slot is another server's.
TEST_F(ServersOnPostgres, draw_nothing_in_a_slot_that_another_has_by_then) {
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
    const auto time = std::make_shared<SteadyTime>(
        SteadyTime::Clocks{.wall_ms = [&] { return ms.load(); }, .uptime_ms = [&] { return ms.load(); }});
    OpenDatabase stopped = open(time);
    make_table();
    const std::int64_t before = write_one(stopped);
    place_.ask(
        "DELETE FROM server_progress; INSERT INTO server_progress (name, settled_through) VALUES ('another', 0);"
        " UPDATE id_slot SET owner = 'another' WHERE owner IS NOT NULL");
    ms += 60'000;
    const std::int64_t after = write_one(stopped);
    EXPECT_NE(slot_of(after), slot_of(before));
    EXPECT_GT(after, before);
    EXPECT_EQ(place_.ask("SELECT count(*) FROM id_slot WHERE owner LIKE 'partnerd %'")[0], "1");
}

TEST_F(ServersOnPostgres, go_on_at_once_after_a_minute_in_which_they_were_stopped) {
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
    const auto time = std::make_shared<SteadyTime>(
        SteadyTime::Clocks{.wall_ms = [&] { return ms.load(); }, .uptime_ms = [&] { return ms.load(); }});
    OpenDatabase stopped = open(time);
    make_table();
    std::int64_t last = 0;
    for (int minute = 0; minute < 20; ++minute, ms += 60'000) {
        const std::int64_t id = write_one(stopped);
        EXPECT_GT(id, last);
        last = id;
    }
}

// The driver ends after it has been refused a slot, and asks the world once more then.
TEST_F(ServersOnPostgres, are_refused_where_no_slot_of_ids_is_left) {
    open();
    place_.ask("DELETE FROM id_slot");  // as when all are taken
    for (int i = 0; i < 2; ++i) {
        try {
            (void)(i == 0 ? open_database(url(), Mode::production) : open_existing_database(url()));
            ADD_FAILURE() << "it was opened";
        } catch (const db::Broken& refusal) {
            EXPECT_THAT(refusal.what(), HasSubstr("64 servers"));
        }
    }
    EXPECT_EQ(place_.ask("SELECT count(*) FROM server_progress")[0], "0");
}

TEST_F(ServersOnPostgres, live_in_the_databases_time) {
    const auto uptime = SteadyTime::clocks_of_machine().uptime_ms;
    const auto time = std::make_shared<SteadyTime>(
        SteadyTime::Clocks{.wall_ms = [&] { return 1'000'000'000'000 + uptime(); }, .uptime_ms = uptime});
    const OpenDatabase opened = open(time);
    const std::int64_t of_database =
        std::stoll(place_.ask("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")[0]);
    EXPECT_NEAR(static_cast<double>(to_milliseconds(opened.world->now())), static_cast<double>(of_database), 60'000);
}

TEST_F(ServersOnPostgres, have_a_sandbox_one_at_a_time) {
    {
        OpenDatabase first = open_database(url(), Mode::sandbox, {}, seed_sandbox).value();
        const auto second = open_database(url(), Mode::sandbox, {}, seed_sandbox);
        ASSERT_FALSE(second.ok());
        EXPECT_EQ(second.error().reason, Reason::conflict);
        EXPECT_THAT(second.error().detail, HasSubstr("one server's at a time"));
        EXPECT_TRUE(open_existing_database(url()).ok()) << "commands may look, and write, beside it";
    }
    EXPECT_TRUE(open_database(url(), Mode::sandbox, {}, seed_sandbox).ok());
}

}  // namespace
