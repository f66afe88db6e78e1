// What a database promises at the seam, held by each driver alike.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "db/postgres.h"
#include "db/sqlite.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/temporary_folder.h"
#include "tests/testing/waiting.h"

namespace {

using db::Expect;
using db::Outcome;
using db::Rows;
using db::Tx;
using test::Answer;
using testing::HasSubstr;

enum class Driver { sqlite, postgres };

constexpr db::Query insert_thing{"insert_thing", "INSERT INTO thing (id, name) VALUES ($1, $2)"};
constexpr db::Query add_thing{"add_thing",
                              "INSERT INTO thing (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"};
constexpr db::Query rename_thing{"rename_thing", "UPDATE thing SET name = $2 WHERE id = $1"};
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

class EveryDatabase : public testing::TestWithParam<Driver> {
protected:
    void SetUp() override {
        if (GetParam() == Driver::postgres) postgres_.emplace();
        reopen();
        write([](Tx& tx) {
            tx.run_script("CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, name TEXT UNIQUE) STRICT");
        });
    }
    void TearDown() override { database_.reset(); }

    // One writer, so that what waits meanwhile becomes one batch.
    void reopen(std::size_t queue_limit = 10'000) {
        database_.reset();
        if (GetParam() == Driver::sqlite) {
            database_ =
                db::open_sqlite({.path = folder_.file("test.db"), .queue_limit = queue_limit, .status = status_});
        } else {
            db::PostgresOptions options = postgres_->options();
            options.write_connections = 1;
            options.read_connections = 2;
            options.queue_limit = queue_limit;
            options.status = status_;
            database_ = db::open_postgres(options);
        }
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
        void let_go() {
            go.set_value();
            answer.future.get();
        }

        std::promise<void> begun;
        std::promise<void> go;
        Answer answer;
    };

    // All of them wait together.
    std::vector<Answer> write_together(const std::vector<db::Database::Work>& works) {
        std::vector<Answer> answers(works.size());
        Stall stall(*database_);
        for (std::size_t i = 0; i < works.size(); ++i) database_->write(works[i], answers[i].done());
        stall.let_go();
        for (Answer& answer : answers) answer.future.wait();
        return answers;
    }

    test::TemporaryFolder folder_;
    std::optional<test::PostgresDatabase> postgres_;
    std::shared_ptr<db::Status> status_ = std::make_shared<db::Status>();
    std::unique_ptr<db::Database> database_;
};

TEST_P(EveryDatabase, keeps_what_was_written_across_a_restart) {
    write([](Tx& tx) { EXPECT_EQ(tx.run(insert_thing, {1, "a"}).changed(), 1u); });
    reopen();
    read([](Tx& tx) { EXPECT_EQ(tx.run(find_thing, {1})[0].text(0), "a"); });
}

TEST_P(EveryDatabase, numbers_parameters_by_name_in_any_order_and_as_often_as_wanted) {
    read([](Tx& tx) {
        const Rows rows =
            tx.run({"q", "SELECT CAST($3 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT), $1 + 1, $3 || $2"},
                   {1, "two", "three"});
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].text(0), "three");
        EXPECT_EQ(rows[0].integer(1), 1);
        EXPECT_EQ(rows[0].text(2), "two");
        EXPECT_EQ(rows[0].integer(3), 2);
        EXPECT_EQ(rows[0].text(4), "threetwo");
    });
}

TEST_P(EveryDatabase, refuses_what_is_not_one_statement_with_its_parameters) {
    const auto refuses = [&](std::string_view sql, std::initializer_list<db::Parameter> parameters) {
        EXPECT_THROW(read([&](Tx& tx) { tx.run({"q", sql}, parameters); }), db::Broken) << sql;
    };
    refuses("SELECT CAST($1 AS BIGINT)", {});
    refuses("SELECT CAST($1 AS BIGINT)", {1, 2});
    refuses("SELECT 1; SELECT 2", {});
    refuses("SELEKT 1", {});
    refuses("SELECT \"no such column\" FROM thing", {});
    EXPECT_EQ(count(), 0);
}

TEST_P(EveryDatabase, names_the_query_but_no_value_when_it_fails) {
    const std::string message = message_of([&] {
        write([](Tx& tx) { tx.run({"insert_secret", "INSERT INTO nowhere VALUES ($1)"}, {"hidden"}); });
    });
    EXPECT_THAT(message, HasSubstr("insert_secret"));
    EXPECT_THAT(message, HasSubstr("nowhere"));
    EXPECT_EQ(message.find("hidden"), std::string::npos);
    write([](Tx& tx) { tx.run(insert_thing, {1, "hidden"}); });
    const std::string twice = message_of([&] { write([](Tx& tx) { tx.run(insert_thing, {2, "hidden"}); }); });
    EXPECT_THAT(twice, HasSubstr("insert_thing"));
    EXPECT_EQ(twice.find("hidden"), std::string::npos);
}

TEST_P(EveryDatabase, carries_null_empty_text_and_the_largest_integers) {
    const std::string long_text(1'000'000, 'x');
    write([&](Tx& tx) {
        tx.run_script("CREATE TABLE value (id INTEGER NOT NULL PRIMARY KEY, number INTEGER, word TEXT) STRICT");
        constexpr db::Query insert{"insert", "INSERT INTO value (id, number, word) VALUES ($1, $2, $3)"};
        tx.run(insert, {1, nullptr, std::string_view()});
        tx.run(insert, {2, INT64_MAX, std::optional<std::string>()});
        tx.run(insert, {3, INT64_MIN, long_text});
        tx.run(insert, {4, true, "\xc3\xa9\t\n'\"\\ \xf0\x9f\x98\x80"});
    });
    read([&](Tx& tx) {
        const Rows rows = tx.run({"q", "SELECT number, word FROM value ORDER BY id"}, {});
        EXPECT_EQ(rows[0].find_integer(0), std::nullopt);
        EXPECT_EQ(rows[0].find_text(1), "");
        EXPECT_EQ(rows[1].integer(0), INT64_MAX);
        EXPECT_EQ(rows[1].find_text(1), std::nullopt);
        EXPECT_EQ(rows[2].integer(0), INT64_MIN);
        EXPECT_EQ(rows[2].text(1), long_text);
        EXPECT_EQ(rows[3].integer(0), 1);
        EXPECT_EQ(rows[3].text(1), "\xc3\xa9\t\n'\"\\ \xf0\x9f\x98\x80");
    });
}

TEST_P(EveryDatabase, refuses_columns_that_are_neither_integer_nor_text) {
    EXPECT_THROW(read([](Tx& tx) { tx.run({"q", "SELECT 1.5"}, {}); }), db::Broken);
    read([](Tx& tx) { EXPECT_EQ(tx.run({"q", "SELECT 1"}, {})[0].integer(0), 1); });
}

// American English would have "a" before "B".
TEST_P(EveryDatabase, orders_and_compares_texts_byte_by_byte) {
    write([](Tx& tx) {
        int id = 0;
        for (const char* name : {"a", "B", "\xc3\xa9", "a b", "a-b", "Z", "ab", "_"})
            tx.run(insert_thing, {++id, name});
    });
    read([](Tx& tx) {
        const Rows rows = tx.run({"q", "SELECT name FROM thing ORDER BY name"}, {});
        std::string order;
        for (std::size_t i = 0; i < rows.size(); ++i) order += rows[i].text(0) + '|';
        EXPECT_EQ(order, "B|Z|_|a|a b|a-b|ab|\xc3\xa9|");
        EXPECT_EQ(tx.run({"r", "SELECT count(*) FROM thing WHERE name > $1 AND name < $2"}, {"Z", "ab"})[0].integer(0),
                  4);
    });
}

TEST_P(EveryDatabase, counts_the_rows_that_a_statement_changed) {
    write([](Tx& tx) {
        for (int id = 1; id <= 3; ++id) EXPECT_EQ(tx.run(insert_thing, {id, nullptr}).changed(), 1u);
        EXPECT_EQ(tx.run({"q", "SELECT id FROM thing"}, {}).changed(), 0u);
        EXPECT_EQ(tx.run({"u", "UPDATE thing SET name = 'x' || id WHERE id > $1"}, {1}).changed(), 2u);
        EXPECT_EQ(tx.run({"n", "UPDATE thing SET name = NULL WHERE id > $1"}, {3}).changed(), 0u);
        const Rows deleted = tx.run({"d", "DELETE FROM thing RETURNING id"}, {});
        EXPECT_EQ(deleted.changed(), 3u);
        EXPECT_EQ(deleted.size(), 3u);
    });
}

TEST_P(EveryDatabase, reuses_a_statement_and_never_mistakes_one_for_another) {
    read([](Tx& tx) {
        char text[] = "SELECT CAST($1 AS BIGINT) + 1";  // no literal: the same address, soon with another text
        for (int i = 0; i < 3; ++i) EXPECT_EQ(tx.run({"q", text}, {i})[0].integer(0), i + 1);
        text[28] = '2';
        EXPECT_EQ(tx.run({"q", text}, {1})[0].integer(0), 3);
        EXPECT_EQ(tx.run({"q", std::string_view(text, 25)}, {1})[0].integer(0), 1);
    });
}

TEST_P(EveryDatabase, runs_a_statement_again_after_the_schema_has_changed) {
    constexpr db::Query all{"all", "SELECT * FROM thing"};
    write([&](Tx& tx) {
        tx.run(insert_thing, {1, "a"});
        EXPECT_EQ(tx.run(all, {})[0].text(1), "a");
    });
    read([&](Tx& tx) { EXPECT_EQ(tx.run(all, {})[0].text(1), "a"); });
    write([](Tx& tx) {
        tx.run_script("ALTER TABLE thing ADD COLUMN more TEXT DEFAULT 'm'; CREATE TABLE extra (a TEXT)");
    });
    write([&](Tx& tx) { EXPECT_EQ(tx.run(all, {})[0].text(2), "m"); });
    if (GetParam() == Driver::sqlite) read([&](Tx& tx) { EXPECT_EQ(tx.run(all, {})[0].text(2), "m"); });
}

// A work that runs again is left by what is no exception of its own: it may catch what it expects, and nothing else.
bool is_duplicate(Tx& tx, const db::Query& query, std::initializer_list<db::Parameter> parameters) {
    try {
        tx.run(query, parameters);
    } catch (const db::Duplicate&) {
        return true;
    }
    return false;
}

TEST_P(EveryDatabase, a_duplicate_undoes_its_statement_and_the_transaction_goes_on) {
    write([](Tx& tx) {
        tx.run(insert_thing, {1, "a"});
        EXPECT_TRUE(is_duplicate(tx, insert_thing, {1, "b"}));
        EXPECT_TRUE(is_duplicate(tx, insert_thing, {2, "a"}));
        EXPECT_TRUE(is_duplicate(tx, {"two", "INSERT INTO thing VALUES (3, 'c'), (4, 'd'), (1, 'e')"}, {}));
        tx.run(insert_thing, {5, "f"});
    });
    EXPECT_EQ(count(), 2);
}

TEST_P(EveryDatabase, another_broken_constraint_is_no_duplicate) {
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

TEST_P(EveryDatabase, a_change_that_touches_what_it_should_is_kept) {
    write([](Tx& tx) {
        tx.change(add_thing, {1, "a"}, Expect::new_row);
        tx.change(rename_thing, {1, "b"}, Expect::one);
        tx.change(rename_thing, {9, "b"}, Expect::any);
        EXPECT_EQ(tx.run(find_thing, {1})[0].text(0), "b");
        tx.change(add_thing, {2, "c"}, Expect::new_row);
    });
    EXPECT_EQ(count(), 2);
}

TEST_P(EveryDatabase, a_change_that_finds_something_else_is_refused_and_undone_alone) {
    write([](Tx& tx) { tx.change(add_thing, {1, "a"}, Expect::new_row); });
    std::vector<Answer> answers = write_together({
        [](Tx& tx) {
            tx.change(add_thing, {10, "x"}, Expect::new_row);
            return Outcome::keep;
        },
        [](Tx& tx) {
            tx.change(add_thing, {11, "y"}, Expect::new_row);
            tx.change(add_thing, {12, "a"}, Expect::new_row);  // its name is taken
            return Outcome::keep;
        },
        [](Tx& tx) {
            tx.change(rename_thing, {13, "z"}, Expect::one);  // nobody has that id
            return Outcome::keep;
        },
        [](Tx& tx) {
            tx.change(add_thing, {1, "w"}, Expect::new_row);  // its id is taken, of which the statement says nothing
            return Outcome::keep;
        },
        [](Tx& tx) {
            tx.change(add_thing, {14, "v"}, Expect::new_row);
            return Outcome::keep;
        },
    });
    answers[0].future.get();
    EXPECT_THROW(answers[1].future.get(), db::Duplicate);
    try {
        answers[2].future.get();
        ADD_FAILURE() << "accepted";
    } catch (const db::Duplicate&) {
        ADD_FAILURE() << "Duplicate";
    } catch (const db::Broken&) {
    }
    EXPECT_THROW(answers[3].future.get(), db::Unavailable);
    answers[4].future.get();
    EXPECT_EQ(count(), 3);
}

TEST_P(EveryDatabase, who_expects_a_duplicate_goes_on_after_it) {
    write([](Tx& tx) { tx.change(add_thing, {1, "a"}, Expect::new_row); });
    bool was_duplicate = false;
    write([&](Tx& tx) {
        was_duplicate = false;
        try {
            tx.change(add_thing, {2, "a"}, Expect::new_row);
            tx.run(find_thing, {1});
        } catch (const db::Duplicate&) {
            was_duplicate = true;
        }
        tx.change(add_thing, {3, "c"}, Expect::new_row);
    });
    EXPECT_TRUE(was_duplicate);
    EXPECT_EQ(count(), 2);
}

TEST_P(EveryDatabase, a_refusal_undoes_its_own_work_alone) {
    std::vector<db::Database::Work> works;
    for (int i = 0; i < 10; ++i)
        works.push_back([i](Tx& tx) {
            if (i == 8) throw db::Broken("before anything");
            tx.run(insert_thing, {i, nullptr});
            if (i == 3) return Outcome::undo;
            if (i == 6) throw std::runtime_error("after all");
            return Outcome::keep;
        });
    std::vector<Answer> answers = write_together(works);
    for (int i = 0; i < 10; ++i) {
        if (i == 6)
            EXPECT_THROW(answers[6].future.get(), std::runtime_error);
        else if (i == 8)
            EXPECT_THROW(answers[8].future.get(), db::Broken);
        else
            answers[std::size_t(i)].future.get();
    }
    EXPECT_EQ(count(), 7);
}

TEST_P(EveryDatabase, works_see_what_those_before_them_have_written) {
    std::vector<Answer> answers = write_together({
        [](Tx& tx) {
            tx.change(add_thing, {1, "a"}, Expect::new_row);
            return Outcome::keep;
        },
        [](Tx& tx) {
            EXPECT_EQ(tx.run(find_thing, {1})[0].text(0), "a");
            return Outcome::keep;
        },
    });
    for (Answer& answer : answers) answer.future.get();
}

TEST_P(EveryDatabase, a_script_that_fails_leaves_nothing) {
    EXPECT_THROW(write([](Tx& tx) { tx.run_script("CREATE TABLE half (a INTEGER) STRICT; DROP TABLE none;"); }),
                 db::Broken);
    read([](Tx& tx) {
        for (const db::SchemaObject& object : tx.list_schema()) EXPECT_NE(object.name, "half");
    });
}

TEST_P(EveryDatabase, lists_what_is_in_its_schema) {
    write([](Tx& tx) {
        tx.run_script(
            "CREATE INDEX thing_by_name ON thing (name, id); CREATE VIEW look AS SELECT id FROM thing;"
            "CREATE TABLE part (thing_id INTEGER NOT NULL REFERENCES thing (id), number TEXT NOT NULL,"
            " PRIMARY KEY (number, thing_id)) STRICT, WITHOUT ROWID");
    });
    std::vector<std::string> names;
    read([&](Tx& tx) {
        for (const db::SchemaObject& object : tx.list_schema()) {
            const bool is_column = object.kind == db::SchemaObject::Kind::column;
            names.push_back(object.name + (is_column ? ": " + object.what + ' ' + object.references : ""));
            EXPECT_EQ(object.is_text, is_column && object.what.starts_with("TEXT"));
            EXPECT_TRUE(!is_column || object.what.ends_with(' ' + std::to_string(object.key_place))) << object.name;
        }
        EXPECT_EQ(tx.application_id(), 0u);
    });
    EXPECT_THAT(names, testing::ElementsAre("part", "part.thing_id: INTEGER 1 2 thing", "part.number: TEXT 1 1 ",
                                            "thing", "thing.id: INTEGER 1 1 ", "thing.name: TEXT 0 0 ", "thing_by_name",
                                            "the view look"));
}

TEST_P(EveryDatabase, a_read_writes_nothing) {
    EXPECT_THROW(read([](Tx& tx) { tx.run(insert_thing, {1, "a"}); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.run_last({"delete_things", "DELETE FROM thing"}, {}); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.run_last({"look_elsewhere", "SELECT id FROM nowhere"}, {}); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.run_script("CREATE TABLE t (a TEXT)"); }), db::Broken);
    EXPECT_THROW(read([](Tx& tx) { tx.invalidate_caches(); }), db::Broken);
    EXPECT_EQ(count(), 0);
}

TEST_P(EveryDatabase, a_read_sees_one_moment) {
    read([&](Tx& tx) {
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 0);
        write([](Tx& inner) { inner.run(insert_thing, {1, "a"}); });
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), 0);
    });
    EXPECT_EQ(count(), 1);
}

TEST_P(EveryDatabase, a_read_that_goes_on_after_its_last_statement_sees_one_moment_too) {
    int begun = 0;
    read([&](Tx& tx) {
        ++begun;
        const std::int64_t before = tx.run_last(count_things, {})[0].integer(0);
        write([&](Tx& inner) { inner.run(insert_thing, {begun, std::to_string(begun)}); });
        EXPECT_EQ(tx.run(count_things, {})[0].integer(0), before);
        EXPECT_EQ(tx.run_last(count_things, {})[0].integer(0), before);
    });
    EXPECT_LE(begun, 2);
    EXPECT_EQ(count(), begun);
}

TEST_P(EveryDatabase, the_generation_changes_with_a_commit_that_says_so_and_with_no_other) {
    std::uint64_t before = database_->generation();
    write([](Tx& tx) { tx.invalidate_caches(); });
    EXPECT_NE(database_->generation(), before);
    before = database_->generation();
    write([](Tx& tx) { tx.run(insert_thing, {1, "a"}); });
    EXPECT_THROW(write([](Tx& tx) {
                     tx.invalidate_caches();
                     throw std::runtime_error("undone");
                 }),
                 std::runtime_error);
    EXPECT_EQ(database_->generation(), before);
}

TEST_P(EveryDatabase, who_finds_the_queue_full_is_told_at_once) {
    reopen(3);
    Answer answers[3];
    {
        Stall stall(*database_);
        for (Answer& answer : answers) database_->write([](Tx&) { return Outcome::keep; }, answer.done());
        bool is_told = false;
        database_->write([](Tx&) { return Outcome::keep; },
                         [&](std::exception_ptr failure) {
                             is_told = true;
                             EXPECT_THROW(std::rethrow_exception(failure), db::Unavailable);
                         });
        EXPECT_TRUE(is_told);
        stall.let_go();
    }
    for (Answer& answer : answers) answer.future.get();
}

TEST_P(EveryDatabase, finishes_what_waits_when_it_is_closed) {
    std::atomic<int> told = 0;
    for (int i = 0; i < 50; ++i)
        database_->write(
            [i](Tx& tx) {
                tx.run(insert_thing, {i, nullptr});
                return Outcome::keep;
            },
            [&](std::exception_ptr failure) { told += failure ? 0 : 1; });
    reopen();
    EXPECT_EQ(told, 50);
    EXPECT_EQ(count(), 50);
}

INSTANTIATE_TEST_SUITE_P(Drivers, EveryDatabase, testing::Values(Driver::sqlite, Driver::postgres),
                         [](const auto& info) { return info.param == Driver::sqlite ? "sqlite" : "postgres"; });

}  // namespace
