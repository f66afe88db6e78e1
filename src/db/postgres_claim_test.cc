// A database that is one server's alone, as a sandbox's is.

#include "db/postgres_claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "db/postgres.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Tx;
using test::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;

class PostgresClaim : public testing::Test {
protected:
    void SetUp() override {
        first_ = open();
        db::write_and_wait(
            *first_, [](Tx& tx) { tx.run_script("CREATE TABLE number (id INTEGER NOT NULL PRIMARY KEY) STRICT"); });
        share(*first_);
    }

    db::PostgresOptions options() const {
        db::PostgresOptions options = place_.options();
        options.write_connections = 2;
        options.read_connections = 1;
        options.look_each = std::chrono::milliseconds(20);
        return options;
    }
    std::unique_ptr<db::Database> open() const { return db::open_postgres(options()); }
    void share(db::Database& database) {
        database.share_ids({.settle = [] { return std::int64_t{0}; },
                            .raise_above = [](std::int64_t) {},
                            .find_greatest = [](Tx&) { return std::int64_t{0}; }});
    }
    void write_one(db::Database& database) {
        db::write_and_wait(database, [&](Tx& tx) {
            tx.run({"insert_next", "INSERT INTO number (id) SELECT coalesce(max(id), 0) + 1 FROM number"}, {});
        });
    }
    bool may_write(db::Database& database) {
        try {
            write_one(database);
            return true;
        } catch (const db::Unavailable&) {
            return false;
        }
    }
    // The server's process that has the lock; empty: none.
    std::string find_holder() const {
        const auto holders = place_.ask(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        return holders.empty() ? "" : holders[0];
    }
    // As an administrator does, or a network that fails. The process ends a little later.
    void end(const std::string& process) const { place_.ask("SELECT pg_terminate_backend(" + process + ")"); }

    const test::PostgresDatabase place_;
    std::unique_ptr<db::Database> first_;
};

TEST_F(PostgresClaim, is_one_servers_until_that_one_is_gone) {
    EXPECT_TRUE(first_->claim_alone());
    auto second = open();
    EXPECT_FALSE(second->claim_alone());
    second.reset();
    write_one(*first_);
    first_.reset();
    const auto third = open();
    EXPECT_TRUE(third->claim_alone());
    write_one(*third);
}

TEST_F(PostgresClaim, lets_commands_write_beside_it) {
    EXPECT_TRUE(first_->claim_alone());
    const auto command = open();
    share(*command);
    write_one(*command);
    write_one(*first_);
}

TEST_F(PostgresClaim, is_had_again_by_the_same_server_once_its_connection_was_lost) {
    EXPECT_TRUE(first_->claim_alone());
    for (int i = 0; i < 3; ++i) {
        const std::string before = find_holder();
        ASSERT_NE(before, "");
        end(before);
        write_one(*first_);
        wait_until([&] {
            const std::string now = find_holder();
            return !now.empty() && now != before;
        });
    }
    EXPECT_FALSE(open()->claim_alone());
}

// Whose looks come too late to see that its connection was lost: the name in the database tells the writer.
TEST_F(PostgresClaim, stops_the_writes_of_who_has_lost_it_to_another) {
    std::mutex mutex;
    std::vector<std::string> told;
    db::PostgresOptions with = options();
    with.look_each = std::chrono::hours(1);
    with.deadline = std::chrono::seconds(30);
    with.log = [&](std::string_view sentence) {
        const std::lock_guard lock(mutex);
        told.emplace_back(sentence);
    };
    auto loser = db::open_postgres(with);
    share(*loser);
    EXPECT_TRUE(loser->claim_alone());
    write_one(*loser);
    end(find_holder());
    wait_until([&] { return find_holder().empty(); });
    EXPECT_TRUE(first_->claim_alone());
    EXPECT_FALSE(may_write(*loser));
    EXPECT_FALSE(may_write(*loser));
    write_one(*first_);
    EXPECT_THAT(place_.ask("SELECT count(*) FROM number"), ElementsAre("2"));
    loser.reset();
    EXPECT_THAT(told, testing::Contains(HasSubstr("another server has claimed it")));
}

// The server's end of a connection may not have heard yet that it was lost.
TEST_F(PostgresClaim, is_not_kept_from_its_server_by_a_lost_connection_of_its_own) {
    db::PostgresAddress address = place_.options().address;
    for (auto& server : address.servers) server.emplace_back("application_name", "partnerd x");
    const auto connect = [&] {
        return std::make_unique<db::postgres::Connection>(address,
                                                          std::chrono::steady_clock::now() + std::chrono::seconds(30));
    };
    const auto lost = connect(), next = connect();
    db::postgres::Claim claim("partnerd x");
    claim.want();
    claim.look(*lost);
    ASSERT_EQ(claim.state(), db::postgres::Claim::State::held);
    claim.doubt();
    wait_until([&] {
        claim.look(*next);
        return claim.state() != db::postgres::Claim::State::doubtful;
    });
    EXPECT_EQ(claim.state(), db::postgres::Claim::State::held);
}

}  // namespace
