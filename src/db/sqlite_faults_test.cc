// What a database may lose when its disk fails or loses power: nothing that was acknowledged, and nothing comes back
// that was refused. Every step that SQLite takes on its files fails in turn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <set>
#include <vector>

#include "db/sqlite.h"
#include "tests/testing/faulty_vfs.h"
#include "tests/testing/temporary_folder.h"

namespace {

using db::Outcome;
using db::Rows;
using db::Tx;
using test::FaultyVfs;
using testing::HasSubstr;
using testing::IsEmpty;
using Operation = FaultyVfs::Operation;

constexpr db::Query insert_row{"insert_row", "INSERT INTO row (id, body) VALUES ($1, $2)"};
constexpr db::Query list_ids{"list_ids", "SELECT id FROM row ORDER BY id"};

// What was told about the rows that were written.
struct Told {
    std::set<std::int64_t> acknowledged;
    std::set<std::int64_t> refused;
    std::set<std::int64_t> unknown;
};

class SqliteFaults : public testing::Test {
protected:
    void SetUp() override { disk_.remember_synced(); }
    void TearDown() override {
        disk_.heal();
        database_.reset();
    }

    db::SqliteOptions options() {
        return {
            .path = folder_.file("test.db"),
            .vfs = disk_.name(),
            .checkpoint_pages = 4,
            .wal_limit_pages = 12,
            .idle = std::chrono::hours(1),
            .log =
                [this](std::string_view sentence) {
                    const std::lock_guard lock(log_mutex_);
                    log_.emplace_back(sentence);
                },
        };
    }

    void open() { database_ = db::open_sqlite(options()); }

    bool try_to_open() {
        try {
            open();
            return true;
        } catch (const db::Unavailable&) {
            return false;
        }
    }

    // The table is there before anything fails: whether a schema change survives is the same question as for a row.
    void make_table() {
        open();
        db::write_and_wait(*database_, [](Tx& tx) {
            tx.run_script(
                "CREATE TABLE row (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;"
                "CREATE UNIQUE INDEX row_by_body ON row (body);");
        });
        database_.reset();
        std::filesystem::copy_file(folder_.file("test.db"), folder_.file("empty.db"));
    }

    void begin_with_empty_table() {
        std::filesystem::remove(folder_.file("test.db"));
        std::filesystem::copy_file(folder_.file("empty.db"), folder_.file("test.db"));
    }

    static void insert(Tx& tx, std::int64_t id) {
        tx.run(insert_row, {id, std::to_string(id) + std::string(1'500, 'x')});
    }

    // Writes a batch: each id once, the odd ones then refused after they were written.
    void write_batch(std::vector<std::int64_t> ids, Told& told) {
        std::vector<std::promise<void>> promises(ids.size());
        for (std::size_t i = 0; i < ids.size(); ++i)
            database_->write(
                [id = ids[i]](Tx& tx) {
                    insert(tx, id);
                    return id % 2 == 0 ? Outcome::keep : Outcome::undo;
                },
                [&promise = promises[i]](std::exception_ptr failure) {
                    failure ? promise.set_exception(std::move(failure)) : promise.set_value();
                });
        for (std::size_t i = 0; i < ids.size(); ++i) {
            try {
                promises[i].get_future().get();
                (ids[i] % 2 == 0 ? told.acknowledged : told.refused).insert(ids[i]);
            } catch (const db::Unavailable&) {
                (ids[i] % 2 == 0 ? told.unknown : told.refused).insert(ids[i]);
            }
        }
    }

    // Enough for a commit or ten, a checkpoint beside them, a WAL that begins anew, a read and the end.
    void work(Told& told) {
        for (std::int64_t id = 0; id < 15; id += 3) {
            write_batch({id, id + 1, id + 2}, told);
            try {
                db::read_and_wait(*database_, [](Tx& tx) { tx.run(list_ids, {}); });
            } catch (const db::Unavailable&) {
            }
        }
    }

    std::set<std::int64_t> present() {
        std::set<std::int64_t> ids;
        db::read_and_wait(*database_, [&](Tx& tx) {
            const Rows rows = tx.run(list_ids, {});
            for (std::size_t row = 0; row < rows.size(); ++row) ids.insert(rows[row].integer(0));
        });
        return ids;
    }

    void expect_kept(const Told& told) {
        const std::set<std::int64_t> ids = present();
        EXPECT_TRUE(std::includes(ids.begin(), ids.end(), told.acknowledged.begin(), told.acknowledged.end()))
            << "lost: an acknowledged row";
        for (const std::int64_t id : told.refused) EXPECT_FALSE(ids.contains(id)) << "present, but refused: " << id;
    }

    void expect_works_again(Told& told, std::int64_t id) {
        write_batch({id}, told);
        EXPECT_TRUE(told.acknowledged.contains(id)) << "does not recover";
    }

    // What was said about one activity: a background checkpoint may have its own to say.
    std::vector<std::string> log_of(const std::string& activity) {
        const std::lock_guard lock(log_mutex_);
        std::vector<std::string> sentences = log_;
        std::erase_if(sentences, [&](const std::string& sentence) { return !sentence.starts_with(activity); });
        return sentences;
    }

    std::mutex log_mutex_;
    std::vector<std::string> log_;
    test::TemporaryFolder folder_;
    FaultyVfs disk_{"faulty-disk"};
    std::unique_ptr<db::Database> database_;
};

// One after the other, n = 1, 2, 3 ...: until n is beyond the last step that the work takes.
class SqliteFaultAtEveryStep : public SqliteFaults, public testing::WithParamInterface<std::uint64_t> {
protected:
    // Returns whether the step was reached.
    bool run(std::uint64_t step) {
        Told told;
        disk_.fail_step(step, GetParam());
        const std::uint64_t first = disk_.steps() + step;
        if (try_to_open()) work(told);
        const bool was_reached = disk_.steps() >= first;
        disk_.heal();

        if (!database_) open();
        const std::set<std::int64_t> before = present();
        for (const std::int64_t id : told.unknown)
            EXPECT_FALSE(before.contains(id)) << "visible before it is durable: " << id;
        expect_kept(told);
        expect_works_again(told, 1'000);
        const std::set<std::int64_t> absent_for_good = told.unknown;
        database_.reset();

        open();
        expect_kept(told);
        const std::set<std::int64_t> after = present();
        for (const std::int64_t id : absent_for_good)
            EXPECT_FALSE(after.contains(id)) << "came back after a later commit: " << id;
        EXPECT_THAT(database_->check_integrity(), IsEmpty());
        database_.reset();
        return was_reached;
    }
};

TEST_P(SqliteFaultAtEveryStep, loses_nothing_acknowledged_and_recovers) {
    make_table();
    std::uint64_t step = 1;
    for (bool was_reached = true; was_reached; ++step) {
        begin_with_empty_table();
        was_reached = run(step);
        if (HasFailure()) FAIL() << "at step " << step;
    }
    EXPECT_GT(step, 150u);
}

INSTANTIATE_TEST_SUITE_P(Fails, SqliteFaultAtEveryStep, testing::Values(1, UINT64_MAX),
                         [](const auto& info) { return info.param == 1 ? "once" : "from_then_on"; });

class SqlitePowerLossAtEveryStep : public SqliteFaults, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(SqlitePowerLossAtEveryStep, loses_nothing_acknowledged) {
    make_table();
    std::uint64_t step = 1;
    for (bool was_reached = true; was_reached; ++step) {
        disk_.restore_power(0);  // forgets the files
        begin_with_empty_table();
        Told told;
        disk_.cut_power_at(step);
        if (try_to_open()) work(told);
        database_.reset();
        was_reached = !disk_.has_power();
        disk_.restore_power(GetParam() * step);

        open();
        expect_kept(told);
        const std::set<std::int64_t> after = present();
        expect_works_again(told, 1'000);
        database_.reset();
        open();
        for (const std::int64_t id : after) told.acknowledged.insert(id);  // what was read once stays
        expect_kept(told);
        EXPECT_THAT(database_->check_integrity(), IsEmpty());
        database_.reset();
        if (HasFailure()) FAIL() << "at step " << step;
    }
    EXPECT_GT(step, 150u);
}

INSTANTIATE_TEST_SUITE_P(WhatWasNotSynced, SqlitePowerLossAtEveryStep, testing::Values(0, 1),
                         [](const auto& info) { return info.param == 0 ? "is_lost" : "survives_in_part"; });

// Otherwise the tests above could not fail.
TEST_F(SqliteFaults, the_disk_does_lose_what_was_not_synced) {
    const auto rows_after_power_loss = [&](const char* synchronous) {
        const std::string path = folder_.file(synchronous);
        sqlite3* handle = nullptr;
        EXPECT_EQ(
            sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk_.name().c_str()),
            SQLITE_OK);
        const auto execute = [&](const std::string& sql) {
            EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        };
        execute("PRAGMA synchronous = EXTRA; PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
        execute(std::string("PRAGMA synchronous = ") + synchronous + "; INSERT INTO t VALUES (1)");
        disk_.cut_power();
        sqlite3_close(handle);
        disk_.restore_power(0);
        EXPECT_EQ(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(handle, "SELECT count(*) FROM t", -1, &statement, nullptr), SQLITE_OK);
        EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
        const int rows = sqlite3_column_int(statement, 0);
        sqlite3_finalize(statement);
        sqlite3_close(handle);
        return rows;
    };
    EXPECT_EQ(rows_after_power_loss("OFF"), 0);
    EXPECT_EQ(rows_after_power_loss("NORMAL"), 0);
    EXPECT_EQ(rows_after_power_loss("FULL"), 1);
}

TEST_F(SqliteFaults, a_full_disk_refuses_writes_serves_reads_and_recovers_when_there_is_space) {
    make_table();
    open();
    Told told;
    std::int64_t id = 0;
    disk_.limit_space(200'000);
    // Until nothing more goes: a WAL that begins anew makes room now and then.
    std::size_t refusals = 0, changes = 0, in_a_row = 0;
    while (in_a_row < 10) {
        const std::size_t before = told.unknown.size();
        write_batch({id += 2}, told);
        const bool is_refused = told.unknown.size() > before;
        if (is_refused != (in_a_row > 0)) ++changes;
        refusals += is_refused;
        in_a_row = is_refused ? in_a_row + 1 : 0;
    }
    for (int i = 0; i < 3; ++i) {  // what needs no space is still answered, and says nothing about the disk
        std::promise<void> refused;
        database_->write(
            [](Tx& tx) {
                tx.run(list_ids, {});
                return Outcome::undo;
            },
            [&](std::exception_ptr failure) {
                EXPECT_FALSE(failure);
                refused.set_value();
            });
        refused.get_future().get();
    }
    EXPECT_GT(told.acknowledged.size(), 10u);
    EXPECT_EQ(present(), told.acknowledged);
    ASSERT_THAT(log_of("writing"), testing::SizeIs(changes));
    EXPECT_THAT(log_of("writing")[0], HasSubstr("test.db fails: database or disk is full (code 13)"));

    disk_.heal();
    expect_works_again(told, id += 2);
    EXPECT_EQ(present(), told.acknowledged);
    ASSERT_THAT(log_of("writing"), testing::SizeIs(changes + 1));
    EXPECT_THAT(log_of("writing").back(), HasSubstr("test.db works again after "));
    database_.reset();
    open();
    EXPECT_EQ(present(), told.acknowledged);
    EXPECT_GE(refusals, 10u);
}

TEST_F(SqliteFaults, a_commit_that_may_be_on_disk_is_gone_for_good_once_another_has_succeeded) {
    make_table();
    open();
    Told told;
    write_batch({2}, told);
    disk_.judge_by([](const FaultyVfs::Step& step) {
        return step.operation == Operation::sync && step.path.ends_with("-wal") ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    });
    write_batch({4, 6, 8, 10}, told);
    EXPECT_THAT(told.unknown, testing::Not(IsEmpty()));
    disk_.heal();
    write_batch({12}, told);  // shorter
    disk_.cut_power();
    database_.reset();
    for (const std::uint64_t seed : {0, 1, 2, 3}) {
        disk_.restore_power(seed);
        open();
        const std::set<std::int64_t> ids = present();
        EXPECT_EQ(ids, told.acknowledged) << seed;
        database_.reset();
    }
}

TEST_F(SqliteFaults, a_failed_commit_answers_everybody_in_its_batch_with_unavailable) {
    make_table();
    open();
    std::promise<void> begun, go;
    database_->write(
        [&](Tx&) {
            begun.set_value();
            go.get_future().wait();
            return Outcome::keep;
        },
        [](std::exception_ptr) {});
    begun.get_future().wait();
    std::vector<std::promise<void>> answers(3);
    const auto done = [&](std::size_t i) {
        return [&answers, i](std::exception_ptr failure) {
            failure ? answers[i].set_exception(std::move(failure)) : answers[i].set_value();
        };
    };
    database_->write(
        [](Tx& tx) {
            insert(tx, 2);
            return Outcome::keep;
        },
        done(0));
    // Refused, because of a row that then is not there: nobody may hear of that.
    database_->write(
        [](Tx& tx) {
            EXPECT_EQ(tx.run(list_ids, {}).size(), 1u);
            return Outcome::undo;
        },
        done(1));
    database_->write([](Tx&) -> Outcome { throw std::runtime_error("a bug"); }, done(2));
    disk_.judge_by([](const FaultyVfs::Step& step) {
        return step.operation == Operation::write && step.path.ends_with("-wal") ? SQLITE_IOERR_WRITE : SQLITE_OK;
    });
    go.set_value();
    EXPECT_THROW(answers[0].get_future().get(), db::Unavailable);
    EXPECT_THROW(answers[1].get_future().get(), db::Unavailable);
    EXPECT_THROW(answers[2].get_future().get(), std::runtime_error);
    disk_.heal();
    EXPECT_THAT(present(), IsEmpty());
}

TEST_F(SqliteFaults, a_work_that_swallows_the_loss_of_its_transaction_writes_nothing_more) {
    make_table();
    open();
    Told told;
    for (std::int64_t id = 0; id < 200; id += 2) write_batch({id}, told);
    database_.reset();
    open();
    std::promise<void> answer;
    disk_.judge_by([](const FaultyVfs::Step& step) {
        return step.operation == Operation::read && step.path.ends_with(".db") ? SQLITE_IOERR_READ : SQLITE_OK;
    });
    database_->write(
        [&](Tx& tx) {
            EXPECT_THROW(insert(tx, 1'000), db::Unavailable);
            disk_.heal();
            EXPECT_THROW(insert(tx, 1'002), db::Unavailable);
            return Outcome::keep;
        },
        [&](std::exception_ptr failure) { failure ? answer.set_exception(std::move(failure)) : answer.set_value(); });
    EXPECT_THROW(answer.get_future().get(), db::Unavailable);
    EXPECT_EQ(present(), told.acknowledged);
    expect_works_again(told, 1'004);
}

TEST_F(SqliteFaults, a_read_that_fails_is_unavailable_and_the_next_one_works) {
    make_table();
    open();
    Told told;
    write_batch({2, 4}, told);
    disk_.judge_by(
        [](const FaultyVfs::Step& step) { return step.operation == Operation::read ? SQLITE_IOERR_READ : SQLITE_OK; });
    for (int i = 0; i < 3; ++i) EXPECT_THROW(present(), db::Unavailable);
    disk_.heal();
    EXPECT_EQ(present(), told.acknowledged);
    EXPECT_THAT(log_of("reading"), testing::ElementsAre(HasSubstr("Input/output error"), HasSubstr("works again")));
}

TEST_F(SqliteFaults, a_checkpoint_that_fails_stops_nobody_and_is_told_once) {
    make_table();
    open();
    Told told;
    disk_.judge_by([](const FaultyVfs::Step& step) {
        return step.operation == Operation::write && step.path.ends_with(".db") ? SQLITE_IOERR_WRITE : SQLITE_OK;
    });
    for (std::int64_t id = 0; id < 60; id += 2) write_batch({id}, told);
    EXPECT_THAT(told.unknown, IsEmpty());
    database_.reset();  // cannot copy the WAL into the file either, and leaves it
    EXPECT_THAT(log_of(""), testing::ElementsAre(testing::StartsWith("checkpointing ")));
    EXPECT_GT(std::filesystem::file_size(folder_.file("test.db-wal")), 0u);
    disk_.heal();
    open();
    EXPECT_EQ(present(), told.acknowledged);
    expect_kept(told);
    database_.reset();
    EXPECT_FALSE(std::filesystem::exists(folder_.file("test.db-wal")));
}

TEST_F(SqliteFaults, another_process_that_holds_the_write_lock_makes_writes_unavailable_until_it_lets_go) {
    make_table();
    open();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open_v2(folder_.file("test.db").c_str(), &other, SQLITE_OPEN_READWRITE, disk_.name().c_str()),
              SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    Told told;
    write_batch({2}, told);
    EXPECT_THAT(told.unknown, testing::ElementsAre(2));
    EXPECT_THAT(log_of("writing"), testing::ElementsAre(HasSubstr("database is locked")));
    ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    expect_works_again(told, 4);
    EXPECT_EQ(present(), told.acknowledged);
}

}  // namespace
