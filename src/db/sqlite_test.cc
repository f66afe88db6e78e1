#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "db/sqlite_file.h"
#include "tests/testing/faulty_vfs.h"
#include "tests/testing/temporary_folder.h"
#include "tests/testing/waiting.h"

namespace {

using db::Outcome;
using db::Rows;
using db::Tx;
using test::Answer;
using testing::HasSubstr;

constexpr db::Query insert_thing{"insert_thing", "INSERT INTO thing (id, name) VALUES ($1, $2)"};
constexpr db::Query find_thing{"find_thing", "SELECT name FROM thing WHERE id = $1"};
constexpr db::Query count_things{"count_things", "SELECT count(*) FROM thing"};

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
    return "nothing was thrown";
}

class Sqlite : public testing::Test {
protected:
    void SetUp() override { reopen(); }

    db::SqliteOptions options() const { return {.path = folder_.file("test.db"), .vfs = disk_.name()}; }

    void reopen() { reopen(options()); }
    void reopen(db::SqliteOptions options, const db::SqliteFile& file = {}) {
        database_.reset();
        database_ = db::open_sqlite(std::move(options), file);
        write([](Tx& tx) {
            tx.run_script("CREATE TABLE IF NOT EXISTS thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT");
        });
    }

    // The first commit into a WAL also syncs its header.
    void begin_wal() {
        write([](Tx& tx) { tx.run({"begin_wal", "CREATE TABLE begin_wal (a)"}, {}); });
    }

    void write(const std::function<void(Tx&)>& work) { db::write_and_wait(*database_, work); }
    void read(const std::function<void(Tx&)>& work) { db::read_and_wait(*database_, work); }

    std::int64_t count() {
        std::int64_t result = 0;
        read([&](Tx& tx) { result = tx.run(count_things, {})[0].integer(0); });
        return result;
    }

    // Keeps the writer busy until let go, so that what is written meanwhile becomes one batch.
    struct Stall {
        explicit Stall(db::Database& database) {
            database.write(
                [this](Tx&) {
                    begun.set_value();
                    go.get_future().wait();
                    return Outcome::keep;
                },
                answer.done());
            begun.get_future().wait();
        }
        void let_go() { go.set_value(); }

        std::promise<void> begun;
        std::promise<void> go;
        Answer answer;
    };

    test::TemporaryFolder folder_;
    test::FaultyVfs disk_{"test-disk"};
    std::unique_ptr<db::Database> database_;
};

TEST_F(Sqlite, keeps_what_was_written_across_a_restart) {
    write([](Tx& tx) { EXPECT_EQ(tx.run(insert_thing, {1, "a"}).changed(), 1u); });
    reopen();
    read([](Tx& tx) { EXPECT_EQ(tx.run(find_thing, {1})[0].text(0), "a"); });
}

TEST_F(Sqlite, numbers_parameters_by_name_in_any_order_and_as_often_as_wanted) {
    write([](Tx& tx) {
        const Rows rows = tx.run({"q", "SELECT $3, $1, $2, $1, $3 || $2"}, {1, "two", "three"});
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].text(0), "three");
        EXPECT_EQ(rows[0].integer(1), 1);
        EXPECT_EQ(rows[0].text(2), "two");
        EXPECT_EQ(rows[0].integer(3), 1);
        EXPECT_EQ(rows[0].text(4), "threetwo");
    });
}

TEST_F(Sqlite, numbers_more_than_nine_parameters) {
    read([](Tx& tx) {
        const Rows rows = tx.run({"q", "SELECT $12, $11, $10, $1, $2, $3, $4, $5, $6, $7, $8, $9"},
                                 {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        EXPECT_EQ(rows[0].integer(0), 12);
        EXPECT_EQ(rows[0].integer(2), 10);
        EXPECT_EQ(rows[0].integer(3), 1);
    });
}

TEST_F(Sqlite, refuses_parameters_that_do_not_fit_the_query) {
    read([](Tx& tx) {
        EXPECT_THROW(tx.run({"q", "SELECT $1"}, {}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT $1"}, {1, 2}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT $1, $3"}, {1, 2, 3}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT $2"}, {1, 2}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT ?"}, {1}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT $0"}, {1}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT :one"}, {1}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT $one"}, {1}), db::Broken);
        EXPECT_EQ(tx.run({"q", "SELECT $1"}, {7})[0].integer(0), 7);
    });
}

TEST_F(Sqlite, refuses_a_query_that_is_not_one_statement) {
    read([](Tx& tx) {
        EXPECT_THROW(tx.run({"q", ""}, {}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT 1; SELECT 2"}, {}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELEKT 1"}, {}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT \"no such column\" FROM thing"}, {}), db::Broken);
        EXPECT_EQ(tx.run({"q", "SELECT 1 ;\n "}, {})[0].integer(0), 1);
    });
}

TEST_F(Sqlite, names_the_query_but_no_value_when_it_fails) {
    const std::string message = message_of([&] {
        write([](Tx& tx) { tx.run({"insert_secret", "INSERT INTO nowhere VALUES ($1)"}, {"secret"}); });
    });
    EXPECT_THAT(message, HasSubstr("insert_secret"));
    EXPECT_THAT(message, HasSubstr("nowhere"));
    EXPECT_EQ(message.find("secret\""), std::string::npos);
}

TEST_F(Sqlite, carries_null_empty_text_nul_bytes_and_the_largest_integers) {
    const std::string odd("a\0b\xc3\xa9", 5);
    const std::string long_text(1'000'000, 'x');
    read([&](Tx& tx) {
        const Rows rows = tx.run(
            {"q", "SELECT $1, $2, $3, $4, $5, $6, $7, $8"},
            {nullptr, std::string_view(), "", odd, INT64_MAX, INT64_MIN, long_text, std::optional<std::string>()});
        EXPECT_EQ(rows[0].find_text(0), std::nullopt);
        EXPECT_EQ(rows[0].find_integer(0), std::nullopt);
        EXPECT_EQ(rows[0].find_text(1), "");
        EXPECT_EQ(rows[0].text(2), "");
        EXPECT_EQ(rows[0].text(3), odd);
        EXPECT_EQ(rows[0].integer(4), INT64_MAX);
        EXPECT_EQ(rows[0].integer(5), INT64_MIN);
        EXPECT_EQ(rows[0].text(6), long_text);
        EXPECT_EQ(rows[0].find_text(7), std::nullopt);
    });
}

TEST_F(Sqlite, refuses_columns_that_are_neither_integer_nor_text) {
    read([](Tx& tx) {
        EXPECT_THROW(tx.run({"q", "SELECT x'00'"}, {}), db::Broken);
        EXPECT_THROW(tx.run({"q", "SELECT 1.5"}, {}), db::Broken);
        EXPECT_EQ(tx.run({"q", "SELECT 1"}, {})[0].integer(0), 1);
    });
}

TEST_F(Sqlite, gives_all_rows_in_order) {
    write([](Tx& tx) {
        for (int id = 1; id <= 100; ++id) tx.run(insert_thing, {id, "thing " + std::to_string(id)});
    });
    read([](Tx& tx) {
        const Rows rows = tx.run({"q", "SELECT id, name FROM thing ORDER BY id DESC"}, {});
        ASSERT_EQ(rows.size(), 100u);
        EXPECT_EQ(rows[0].integer(0), 100);
        EXPECT_EQ(rows[99].text(1), "thing 1");
        EXPECT_TRUE(tx.run({"r", "SELECT id FROM thing WHERE id > 100"}, {}).empty());
    });
}

TEST_F(Sqlite, counts_the_rows_that_a_statement_changed) {
    write([](Tx& tx) {
        for (int id = 1; id <= 3; ++id) EXPECT_EQ(tx.run(insert_thing, {id, nullptr}).changed(), 1u);
        EXPECT_EQ(tx.run({"q", "SELECT * FROM thing"}, {}).changed(), 0u);
        EXPECT_EQ(tx.run({"u", "UPDATE thing SET name = 'x' || id WHERE id > $1"}, {1}).changed(), 2u);
        EXPECT_EQ(tx.run({"n", "UPDATE thing SET name = NULL WHERE id > $1"}, {3}).changed(), 0u);
        EXPECT_EQ(tx.run({"c", "CREATE TABLE other (a) "}, {}).changed(), 0u);
        const Rows deleted = tx.run({"d", "DELETE FROM thing RETURNING id"}, {});
        EXPECT_EQ(deleted.changed(), 3u);
        EXPECT_EQ(deleted.size(), 3u);
    });
}

TEST_F(Sqlite, reuses_a_statement_and_never_mistakes_one_for_another) {
    read([](Tx& tx) {
        char text[] = "SELECT $1 + 1";  // no literal: the same address, soon with another text
        for (int i = 0; i < 3; ++i) EXPECT_EQ(tx.run({"q", text}, {i})[0].integer(0), i + 1);
        text[12] = '2';
        EXPECT_EQ(tx.run({"q", text}, {1})[0].integer(0), 3);
        EXPECT_EQ(tx.run({"q", std::string_view(text, 9)}, {1})[0].integer(0), 1);
    });
}

TEST_F(Sqlite, runs_a_statement_again_after_the_schema_has_changed) {
    constexpr db::Query all{"all", "SELECT * FROM thing"};
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    read([&](Tx& tx) { EXPECT_EQ(tx.run(all, {})[0].text(1), "a"); });
    write([](Tx& tx) { tx.run_script("ALTER TABLE thing ADD COLUMN more TEXT DEFAULT 'm'; CREATE TABLE extra (a)"); });
    read([&](Tx& tx) { EXPECT_EQ(tx.run(all, {})[0].text(2), "m"); });
}

TEST_F(Sqlite, a_duplicate_undoes_its_statement_and_the_transaction_goes_on) {
    write([](Tx& tx) {
        tx.run(insert_thing, {1, "a"});
        EXPECT_THROW(tx.run(insert_thing, {1, "b"}), db::Duplicate);
        EXPECT_THROW(tx.run(insert_thing, {2, "a"}), db::Duplicate);
        EXPECT_THROW(tx.run({"two", "INSERT INTO thing VALUES (3, 'c'), (4, 'd'), (1, 'e')"}, {}), db::Duplicate);
        tx.run(insert_thing, {5, "f"});
    });
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, another_broken_constraint_is_no_duplicate) {
    write([](Tx& tx) {
        tx.run_script(
            "CREATE TABLE part (thing_id INTEGER NOT NULL REFERENCES thing (id), size INTEGER CHECK (size > 0)) "
            "STRICT");
    });
    const auto insert = [&](db::Parameter thing, db::Parameter size) {
        write([&](Tx& tx) { tx.run({"insert_part", "INSERT INTO part VALUES ($1, $2)"}, {thing, size}); });
    };
    for (const auto& [thing, size] : {std::pair<db::Parameter, db::Parameter>(nullptr, 1), {1, 1}, {1, 0}, {"x", 1}}) {
        try {
            insert(thing, size);
            ADD_FAILURE() << "accepted";
        } catch (const db::Duplicate&) {
            ADD_FAILURE() << "Duplicate";
        } catch (const db::Broken&) {
        }
    }
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    insert(1, 1);
}

TEST_F(Sqlite, works_that_wait_together_are_committed_together_and_synced_once) {
    begin_wal();
    Stall stall(*database_);
    std::vector<Answer> answers(100);
    for (int i = 0; i < 100; ++i)
        database_->write(
            [i](Tx& tx) {
                tx.run(insert_thing, {i, nullptr});
                return Outcome::keep;
            },
            answers[std::size_t(i)].done());
    const auto syncs = [&] { return disk_.count(test::FaultyVfs::Operation::sync, "-wal"); };
    const std::uint64_t syncs_before = syncs();
    stall.let_go();
    for (Answer& answer : answers) answer.future.get();
    EXPECT_EQ(syncs() - syncs_before, 1u);
    EXPECT_EQ(count(), 100);
}

TEST_F(Sqlite, a_batch_takes_no_more_works_than_its_limit) {
    db::SqliteOptions with = options();
    with.batch_limit = 10;
    reopen(with);
    begin_wal();
    Stall stall(*database_);
    std::vector<Answer> answers(35);
    for (int i = 0; i < 35; ++i)
        database_->write(
            [i](Tx& tx) {
                tx.run(insert_thing, {i, nullptr});
                return Outcome::keep;
            },
            answers[std::size_t(i)].done());
    const std::uint64_t syncs_before = disk_.count(test::FaultyVfs::Operation::sync, "-wal");
    stall.let_go();
    for (Answer& answer : answers) answer.future.get();
    EXPECT_EQ(disk_.count(test::FaultyVfs::Operation::sync, "-wal") - syncs_before, 4u);
}

TEST_F(Sqlite, nobody_is_told_before_the_sync) {
    begin_wal();
    Answer answer;
    std::atomic<bool> told_early = false;
    std::atomic<int> syncs = 0;
    disk_.judge_by([&](const test::FaultyVfs::Step& step) {
        if (step.operation == test::FaultyVfs::Operation::sync && step.path.ends_with("-wal")) {
            ++syncs;
            if (answer.is_there()) told_early = true;
        }
        return SQLITE_OK;
    });
    database_->write(
        [](Tx& tx) {
            tx.run(insert_thing, {1, "a"});
            return Outcome::keep;
        },
        answer.done());
    answer.future.wait();
    disk_.heal();
    EXPECT_EQ(syncs, 1);
    EXPECT_FALSE(told_early);
}

TEST_F(Sqlite, a_refusal_and_an_exception_undo_only_themselves) {
    for (const bool refuses_early : {true, false}) {
        write([](Tx& tx) { tx.run({"clear", "DELETE FROM thing"}, {}); });
        Stall stall(*database_);
        Answer first, refused, thrown, last;
        const auto insert = [](int id) {
            return [id](Tx& tx) {
                tx.run(insert_thing, {id, nullptr});
                return Outcome::keep;
            };
        };
        database_->write(insert(1), first.done());
        database_->write(
            [&](Tx& tx) {
                if (!refuses_early) tx.run(insert_thing, {2, nullptr});
                return Outcome::undo;
            },
            refused.done());
        database_->write(
            [&](Tx& tx) -> Outcome {
                EXPECT_TRUE(tx.run(find_thing, {2}).empty());
                if (!refuses_early) tx.run(insert_thing, {3, nullptr});
                throw std::runtime_error("a bug");
            },
            thrown.done());
        database_->write(insert(4), last.done());
        stall.let_go();
        first.future.get();
        refused.future.get();
        EXPECT_THROW(thrown.future.get(), std::runtime_error);
        last.future.get();
        read([](Tx& tx) {
            const Rows rows = tx.run({"ids", "SELECT id FROM thing ORDER BY id"}, {});
            ASSERT_EQ(rows.size(), 2u);
            EXPECT_EQ(rows[0].integer(0), 1);
            EXPECT_EQ(rows[1].integer(0), 4);
        });
    }
}

TEST_F(Sqlite, a_refusal_that_is_alone_is_undone) {
    for (int i = 0; i < 3; ++i) {
        Answer answer;
        database_->write(
            [](Tx& tx) {
                tx.run(insert_thing, {1, "a"});
                return Outcome::undo;
            },
            answer.done());
        answer.future.get();
        EXPECT_THROW(write([](Tx& tx) {
                         tx.run(insert_thing, {1, "a"});
                         throw std::runtime_error("a bug");
                     }),
                     std::runtime_error);
    }
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, one_work_that_breaks_a_deferred_constraint_does_not_take_the_others_along) {
    write([](Tx& tx) {
        tx.run_script(
            "CREATE TABLE part (thing_id INTEGER REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED) STRICT");
    });
    constexpr db::Query insert_part{"insert_part", "INSERT INTO part VALUES ($1)"};
    Stall stall(*database_);
    Answer good, bad, late;
    database_->write(
        [&](Tx& tx) {
            tx.run(insert_part, {1});
            tx.run(insert_thing, {1, "after its part"});
            return Outcome::keep;
        },
        good.done());
    database_->write(
        [&](Tx& tx) {
            tx.run(insert_part, {99});
            return Outcome::keep;
        },
        bad.done());
    database_->write(
        [&](Tx& tx) {
            tx.run(insert_thing, {2, nullptr});
            return Outcome::keep;
        },
        late.done());
    stall.let_go();
    good.future.get();
    EXPECT_THROW(bad.future.get(), db::Broken);
    late.future.get();
    EXPECT_EQ(count(), 2);
    EXPECT_THAT(database_->check_integrity(), testing::IsEmpty());
}

TEST_F(Sqlite, works_run_in_the_order_in_which_they_came) {
    std::vector<int> order;
    std::vector<Answer> answers(50);
    for (int i = 0; i < 50; ++i)
        database_->write(
            [&order, i](Tx&) {
                order.push_back(i);
                return Outcome::keep;
            },
            answers[std::size_t(i)].done());
    for (Answer& answer : answers) answer.future.get();
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
    EXPECT_EQ(order.size(), 50u);
}

TEST_F(Sqlite, a_work_sees_what_earlier_ones_of_its_batch_wrote_and_readers_do_not) {
    Answer first, second;
    std::promise<void> inside, go;
    database_->write(
        [](Tx& tx) {
            tx.run(insert_thing, {1, "a"});
            return Outcome::keep;
        },
        first.done());
    first.future.get();
    database_->write(
        [&](Tx& tx) {
            tx.run(insert_thing, {2, "b"});
            EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 2);
            inside.set_value();
            go.get_future().wait();
            return Outcome::keep;
        },
        second.done());
    inside.get_future().wait();
    EXPECT_EQ(count(), 1);
    go.set_value();
    second.future.get();
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, the_generation_changes_with_the_commit_that_invalidates_caches) {
    const std::uint64_t before = database_->generation();
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    EXPECT_EQ(database_->generation(), before);

    Answer undone;
    database_->write(
        [](Tx& tx) {
            tx.invalidate_caches();
            return Outcome::undo;
        },
        undone.done());
    undone.future.get();
    EXPECT_THROW(write([](Tx& tx) {
                     tx.invalidate_caches();
                     throw std::runtime_error("a bug");
                 }),
                 std::runtime_error);
    EXPECT_EQ(database_->generation(), before);

    std::uint64_t inside = 0, when_told = 0;
    std::promise<void> told;
    database_->write(
        [&](Tx& tx) {
            tx.invalidate_caches();
            inside = database_->generation();
            return Outcome::keep;
        },
        [&](std::exception_ptr) {
            when_told = database_->generation();
            told.set_value();
        });
    told.get_future().wait();
    EXPECT_EQ(inside, before);
    EXPECT_NE(when_told, before);
}

TEST_F(Sqlite, the_generation_survives_that_another_work_of_the_batch_is_undone) {
    const std::uint64_t before = database_->generation();
    Stall stall(*database_);
    Answer invalidating, undone;
    database_->write(
        [](Tx& tx) {
            tx.invalidate_caches();
            return Outcome::keep;
        },
        invalidating.done());
    database_->write(
        [](Tx& tx) {
            tx.run(insert_thing, {1, "a"});
            return Outcome::undo;
        },
        undone.done());
    stall.let_go();
    invalidating.future.get();
    undone.future.get();
    EXPECT_NE(database_->generation(), before);
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, a_work_that_waited_beyond_the_deadline_is_not_begun) {
    db::SqliteOptions with = options();
    with.deadline = std::chrono::milliseconds(200);
    reopen(with);
    Stall stall(*database_);
    Answer late;
    bool ran = false;
    database_->write(
        [&](Tx&) {
            ran = true;
            return Outcome::keep;
        },
        late.done());
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(201);
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    stall.let_go();
    EXPECT_THROW(late.future.get(), db::Unavailable);
    EXPECT_FALSE(ran);
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
}

TEST_F(Sqlite, a_full_queue_refuses_at_once) {
    db::SqliteOptions with = options();
    with.queue_limit = 2;
    reopen(with);
    Stall stall(*database_);
    Answer first, second, third;
    const auto insert = [](int id) {
        return [id](Tx& tx) {
            tx.run(insert_thing, {id, nullptr});
            return Outcome::keep;
        };
    };
    database_->write(insert(1), first.done());
    database_->write(insert(2), second.done());
    database_->write(insert(3), third.done());
    ASSERT_TRUE(third.is_there());
    EXPECT_THROW(third.future.get(), db::Unavailable);
    EXPECT_FALSE(first.is_there());
    stall.let_go();
    first.future.get();
    second.future.get();
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, done_may_write_and_read_again) {
    Answer answer;
    database_->write(
        [](Tx& tx) {
            tx.run(insert_thing, {1, "a"});
            return Outcome::keep;
        },
        [&](std::exception_ptr) {
            EXPECT_EQ(count(), 1);
            database_->write(
                [](Tx& tx) {
                    tx.run(insert_thing, {2, "b"});
                    return Outcome::keep;
                },
                answer.done());
        });
    answer.future.get();
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, a_read_may_not_write) {
    EXPECT_THROW(read([](Tx& tx) { tx.run(insert_thing, {1, "a"}); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.run_script("DELETE FROM thing"); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.invalidate_caches(); }), db::Broken);
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, a_read_sees_one_snapshot_and_the_next_read_sees_what_was_committed_meanwhile) {
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    read([&](Tx& tx) {
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 1);
        write([](Tx& inner) { inner.run(insert_thing, {2, "b"}); });
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 1);
        EXPECT_EQ(count(), 2);  // another reader
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 1);
    });
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, what_a_read_throws_reaches_its_done_and_the_next_read_works) {
    EXPECT_THROW(read([](Tx&) { throw std::runtime_error("a bug"); }), std::runtime_error);
    EXPECT_THROW(read([](Tx& tx) { tx.run({"q", "SELECT * FROM nowhere"}, {}); }), db::Broken);
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, every_acknowledged_write_is_seen_by_reads_that_begin_after_it_on_any_thread) {
    std::atomic<std::int64_t> acknowledged = 0;
    std::atomic<bool> stop = false;
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i)
        readers.emplace_back([&] {
            while (!stop) {
                const std::int64_t at_least = acknowledged;
                read([&](Tx& tx) {
                    const std::int64_t first = tx.run(count_things, {})[0].integer(0);
                    ASSERT_GE(first, at_least);
                    ASSERT_EQ(tx.run(count_things, {})[0].integer(0), first);
                });
            }
        });
    for (int id = 1; id <= 300; ++id) {
        write([id](Tx& tx) { tx.run(insert_thing, {id, nullptr}); });
        acknowledged = id;
    }
    stop = true;
    for (std::thread& reader : readers) reader.join();
}

TEST_F(Sqlite, many_threads_write_and_read_at_once) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 40; ++i) {
                const int id = thread * 1000 + i;
                write([id](Tx& tx) { tx.run(insert_thing, {id, std::to_string(id)}); });
                read([id](Tx& tx) { ASSERT_EQ(tx.run(find_thing, {id})[0].text(0), std::to_string(id)); });
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(count(), 320);
}

TEST_F(Sqlite, the_destructor_finishes_what_waits) {
    std::vector<Answer> answers(20);
    {
        Stall stall(*database_);
        for (int i = 0; i < 20; ++i)
            database_->write(
                [i](Tx& tx) {
                    tx.run(insert_thing, {i, nullptr});
                    return Outcome::keep;
                },
                answers[std::size_t(i)].done());
        stall.let_go();
        database_.reset();
    }
    for (Answer& answer : answers) answer.future.get();
    reopen();
    EXPECT_EQ(count(), 20);
}

TEST_F(Sqlite, leaves_no_wal_behind) {
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    EXPECT_EQ(count(), 1);
    EXPECT_TRUE(std::filesystem::exists(folder_.file("test.db-wal")));
    database_.reset();
    EXPECT_FALSE(std::filesystem::exists(folder_.file("test.db-wal")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("test.db-shm")));
}

TEST_F(Sqlite, only_its_owner_may_read_the_file) {
    struct stat status {};
    ASSERT_EQ(stat(folder_.file("test.db").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    ASSERT_EQ(stat(folder_.file("test.db-wal").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(Sqlite, a_second_open_in_the_same_process_is_refused_by_whatever_path) {
    std::filesystem::create_symlink(folder_.file("test.db"), folder_.file("link.db"));
    for (const std::string& path :
         {folder_.file("test.db"), folder_.path() + "/../" + folder_.file("test.db").substr(testing::TempDir().size()),
          folder_.file("link.db")}) {
        const std::string message = message_of([&] { db::open_sqlite({.path = path}); });
        EXPECT_THAT(message, HasSubstr("test.db is already open in process " + std::to_string(getpid())));
        EXPECT_THROW(db::open_sqlite({.path = path}), db::Unavailable);
    }
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    EXPECT_EQ(count(), 1);
    reopen();
    EXPECT_EQ(count(), 1);
}

// A process of its own that opens the file, writes, says so, and then only waits to be killed.
class OtherProcess {
public:
    explicit OtherProcess(const std::string& path) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe");
        process_ = fork();
        if (process_ == 0) {
            close(ends[0]);
            const auto database = db::open_sqlite({.path = path});
            db::write_and_wait(*database, [](Tx& tx) { tx.run(insert_thing, {1, "from another process"}); });
            if (::write(ends[1], "+", 1) != 1) _exit(1);
            while (true) pause();
        }
        close(ends[1]);
        char said = 0;
        is_open_ = ::read(ends[0], &said, 1) == 1;
        close(ends[0]);
    }
    ~OtherProcess() { kill_now(); }

    void kill_now() {
        if (process_ <= 0) return;
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        process_ = 0;
    }
    pid_t id() const { return process_; }
    bool is_open() const { return is_open_; }

private:
    pid_t process_ = 0;
    bool is_open_ = false;
};

TEST_F(Sqlite, a_second_process_is_refused_until_the_first_is_gone_even_by_kill_9) {
    database_.reset();
    OtherProcess other(folder_.file("test.db"));
    ASSERT_TRUE(other.is_open());
    const std::string message = message_of([&] { reopen(); });
    EXPECT_EQ(message, folder_.file("test.db") + " is already open in process " + std::to_string(other.id()) +
                           ": only one process at a time may use a database");
    other.kill_now();
    reopen();
    read([](Tx& tx) { EXPECT_EQ(tx.run(find_thing, {1})[0].text(0), "from another process"); });
    EXPECT_THAT(database_->check_integrity(), testing::IsEmpty());
}

// The lock is on the file, not on one of its names.
TEST_F(Sqlite, a_hard_link_or_a_removed_lock_file_lets_nobody_else_in) {
    std::filesystem::create_hard_link(folder_.file("test.db"), folder_.file("second.db"));
    EXPECT_THROW(db::open_sqlite({.path = folder_.file("second.db")}), db::Unavailable);
    std::filesystem::remove(folder_.file("test.db-lock"));
    EXPECT_THROW(db::open_sqlite({.path = folder_.file("test.db")}), db::Unavailable);
    write([](Tx& tx) { tx.run(insert_thing, {2, "a"}); });

    // Another process, too, and what was refused here has taken none of SQLite's own locks away.
    database_.reset();
    OtherProcess other(folder_.file("test.db"));
    ASSERT_TRUE(other.is_open());
    std::filesystem::remove(folder_.file("test.db-lock"));
    for (const char* name : {"test.db", "second.db"})
        EXPECT_THAT(message_of([&] { db::open_sqlite({.path = folder_.file(name)}); }),
                    HasSubstr("is already open in another process: only one process at a time may use a database"));
}

TEST_F(Sqlite, acknowledges_nothing_once_its_file_has_been_removed_or_replaced) {
    std::mutex mutex;
    std::vector<std::string> said;
    db::SqliteOptions with = options();
    with.log = [&](std::string_view sentence) {
        const std::lock_guard lock(mutex);
        said.emplace_back(sentence);
    };
    const auto wait_for = [&](const std::string& text) {
        while (true) {
            {
                const std::lock_guard lock(mutex);
                if (!said.empty() && said.back().find(text) != std::string::npos) return;
            }
            std::this_thread::yield();
        }
    };
    reopen(with, {.watch = std::chrono::milliseconds(1)});
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    const std::string path = folder_.file("test.db");
    for (const std::string& name : {path, path + "-wal"}) {
        std::filesystem::rename(name, path + "-aside");
        EXPECT_THROW(write([](Tx& tx) { tx.run(insert_thing, {2, "b"}); }), db::Unavailable);
        wait_for("is not there any more");
        EXPECT_THROW(count(), db::Unavailable);
        std::ofstream(name) << "another";
        wait_for("is not there any more");  // told once
        EXPECT_THROW(count(), db::Unavailable);
        EXPECT_THROW(write([](Tx&) {}), db::Unavailable);
        std::filesystem::rename(path + "-aside", name);
        wait_for("works again");
        EXPECT_EQ(count(), 1);
    }
    write([](Tx& tx) { tx.run(insert_thing, {3, "c"}); });
    EXPECT_EQ(count(), 2);
    database_.reset();
    EXPECT_EQ(said.size(), 4u) << testing::PrintToString(said);
}

// Whatever is committed into a file that is no longer there has not been acknowledged, however short the time between.
TEST_F(Sqlite, a_commit_during_which_the_file_vanishes_is_not_acknowledged) {
    const std::string path = folder_.file("test.db");
    EXPECT_THROW(write([&](Tx& tx) {
                     tx.run(insert_thing, {1, "a"});
                     std::filesystem::remove(path);
                 }),
                 db::Unavailable);
}

TEST_F(Sqlite, what_cannot_be_opened_is_refused_with_a_sentence_that_names_it) {
    EXPECT_THAT(message_of([&] { db::open_sqlite({.path = folder_.file("no/such/folder.db")}); }),
                HasSubstr("no/such/folder.db cannot be opened: "));
    EXPECT_THROW(db::open_sqlite({.path = folder_.file("no/such/folder.db")}), db::Unavailable);
    EXPECT_THAT(message_of([&] { db::open_sqlite({.path = folder_.path()}); }), HasSubstr("Is a directory"));
    EXPECT_THROW(db::open_sqlite({.path = folder_.path()}), db::Unavailable);
    EXPECT_THROW(db::open_sqlite({.path = ""}), db::Broken);
    EXPECT_THROW(db::open_sqlite({.path = ":memory:"}), db::Broken);

    std::ofstream(folder_.file("text.db")) << std::string(10'000, 'x');
    EXPECT_THROW(db::open_sqlite({.path = folder_.file("text.db")}), db::Broken);
    EXPECT_THAT(message_of([&] { db::open_sqlite({.path = folder_.file("text.db")}); }),
                HasSubstr("text.db cannot be opened: file is not a database"));
}

TEST_F(Sqlite, finds_no_fault_with_a_sound_file) {
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    EXPECT_THAT(database_->check_integrity(), testing::IsEmpty());
}

TEST_F(Sqlite, tells_in_words_what_is_wrong_with_a_damaged_file) {
    write([](Tx& tx) {
        for (int id = 0; id < 5'000; ++id)
            tx.run(insert_thing, {id, "a name that fills the page " + std::to_string(id)});
    });
    database_.reset();
    std::fstream file(folder_.file("test.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 5);
    file << std::string(4096 * 3, '\x5a');
    file.close();
    database_ = db::open_sqlite({.path = folder_.file("test.db")});
    EXPECT_THAT(database_->check_integrity(), testing::Not(testing::IsEmpty()));
    EXPECT_THROW(read([](Tx& tx) {
                     tx.run({"all", "SELECT sum(length(name)) FROM thing NOT INDEXED"}, {});
                 }),
                 db::Broken);
}

TEST_F(Sqlite, tells_in_words_which_row_refers_to_nothing) {
    write([](Tx& tx) { tx.run_script("CREATE TABLE part (thing_id INTEGER REFERENCES thing (id)) STRICT"); });
    database_.reset();
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.file("test.db").c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, "INSERT INTO part VALUES (7)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    reopen();
    EXPECT_THAT(database_->check_integrity(),
                testing::ElementsAre("a row of part refers to a row of thing that is not there"));
}

// The WAL.

class SqliteWal : public Sqlite {
protected:
    std::uintmax_t wal_bytes() const { return std::filesystem::file_size(folder_.file("test.db-wal")); }

    void write_some(int from, int count) {
        write([&](Tx& tx) {
            for (int id = from; id < from + count; ++id)
                tx.run(insert_thing, {id, std::string(1'000, 'x') + std::to_string(id)});
        });
    }
};

constexpr std::uintmax_t page = 4096 + 24;

TEST_F(SqliteWal, stays_bounded_under_a_busy_writer) {
    db::SqliteOptions with = options();
    with.checkpoint_pages = 50;
    with.wal_limit_pages = 200;
    reopen(with);
    std::uintmax_t largest = 0;
    for (int i = 0; i < 100; ++i) {
        write_some(i * 10, 10);
        largest = std::max(largest, wal_bytes());
    }
    EXPECT_EQ(count(), 1'000);
    EXPECT_GT(disk_.bytes_written("-wal"), 1'000 * page);
    EXPECT_LT(largest, (2 * 200 + 100) * page);
}

TEST_F(SqliteWal, begins_anew_between_the_reads_of_busy_readers) {
    db::SqliteOptions with = options();
    with.checkpoint_pages = 50;
    with.wal_limit_pages = 200;
    reopen(with);
    std::string failures[2];            // of the readers
    std::vector<std::jthread> readers;  // what fails below is told, once they have ended
    for (std::string& failure : failures)
        readers.emplace_back([&](const std::stop_token& stop) {
            failure = message_of([&] {
                while (!stop.stop_requested()) read([](Tx& tx) { tx.run(find_thing, {1}); });
            });
        });
    // How long the WAL gets before it can begin anew depends on the scheduler.
    int written = 0;
    do {
        write_some(written, 20);
        written += 20;
    } while (disk_.bytes_written("-wal") < std::max<std::uint64_t>(4 * wal_bytes(), 1'000 * page) && written < 100'000);
    readers.clear();
    for (const std::string& failure : failures) EXPECT_EQ(failure, "nothing was thrown");
    EXPECT_EQ(count(), written);
    EXPECT_LT(written, 100'000);
}

// On a busy machine the writer may lose its core there. SQLite then tries a hundred times, with longer and longer
// rests, and gives up ("locking protocol"): a disk of the tests whose rests took no time made that happen.
TEST_F(SqliteWal, a_read_that_meets_a_change_of_the_index_half_done_waits_for_the_rest) {
    const auto reader = std::this_thread::get_id();
    disk_.at_barriers([reader] {
        if (std::this_thread::get_id() != reader) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    });
    Answer answer;
    database_->write(
        [](Tx& tx) {
            tx.run(insert_thing, {1, "a"});
            return Outcome::keep;
        },
        answer.done());
    while (!answer.is_there()) EXPECT_LE(count(), 1);
    EXPECT_EQ(count(), 1);
}

TEST_F(SqliteWal, a_reader_that_has_finished_does_not_keep_it) {
    db::SqliteOptions with = options();
    with.checkpoint_pages = 20;
    with.wal_limit_pages = 40;
    with.idle = std::chrono::milliseconds(1);
    reopen(with);
    write_some(0, 30);
    EXPECT_EQ(count(), 30);  // leaves a snapshot behind
    while (wal_bytes() > 0) std::this_thread::yield();
    EXPECT_EQ(count(), 30);
}

TEST_F(SqliteWal, is_emptied_when_nobody_writes_for_a_while) {
    db::SqliteOptions with = options();
    with.idle = std::chrono::milliseconds(1);
    reopen(with);
    write_some(0, 100);
    while (wal_bytes() > 0) std::this_thread::yield();
    write_some(100, 100);
    while (wal_bytes() > 0) std::this_thread::yield();
    EXPECT_EQ(count(), 200);
}

TEST_F(SqliteWal, is_emptied_once_a_long_read_that_kept_it_has_ended) {
    db::SqliteOptions with = options();
    with.idle = std::chrono::milliseconds(1);
    reopen(with);
    write_some(0, 10);
    const auto truncates = [&] { return disk_.count(test::FaultyVfs::Operation::truncate, "-wal"); };
    read([&](Tx& tx) {
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 10);
        const std::uint64_t truncates_before = truncates();
        write_some(10, 10);
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
        while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
        EXPECT_EQ(truncates(), truncates_before);
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 10);
    });
    while (wal_bytes() > 0) std::this_thread::yield();
    EXPECT_EQ(count(), 20);
}

TEST_F(SqliteWal, a_long_read_neither_stops_writers_nor_sees_them) {
    db::SqliteOptions with = options();
    with.checkpoint_pages = 20;
    with.wal_limit_pages = 40;
    reopen(with);
    read([&](Tx& tx) {
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 0);
        for (int i = 0; i < 30; ++i) write_some(i * 30, 30);
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 0);
    });
    EXPECT_EQ(count(), 900);
}

}  // namespace
