// What PostgreSQL adds to what every database promises: many writers, other servers, and a network in between.

#include "db/postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/testing/cutting_proxy.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/waiting.h"

namespace {

using db::Expect;
using db::Outcome;
using db::Tx;
using std::chrono::milliseconds;
using test::Answer;
using test::CuttingProxy;
using test::wait_until;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr db::Query find_number{"find_number", "SELECT number FROM counter WHERE id = $1"};
constexpr db::Query set_number{"set_number", "UPDATE counter SET number = $2 WHERE id = $1"};
constexpr db::Query leave{"leave", "UPDATE counter SET number = 0 WHERE id = $1"};
constexpr db::Query insert_counter{"insert_counter", "INSERT INTO counter (id, number, name) VALUES ($1, $2, $3)"};
constexpr db::Query add_counter{
    "add_counter", "INSERT INTO counter (id, number, name) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"};
constexpr db::Query sum_numbers{"sum_numbers", "SELECT CAST(coalesce(sum(number), 0) AS BIGINT) FROM counter"};
constexpr db::Query count_counters{"count_counters", "SELECT count(*) FROM counter"};

constexpr std::string_view tables =
    "CREATE TABLE counter (id INTEGER NOT NULL PRIMARY KEY, number INTEGER NOT NULL, name TEXT) STRICT";

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
    return "nothing was thrown";
}

// Reads, then writes what follows from it: as most operations do.
Outcome raise(Tx& tx, std::int64_t id) {
    const std::int64_t number = tx.run(find_number, {id})[0].integer(0);
    tx.change(set_number, {id, number + 1}, Expect::one);
    return Outcome::keep;
}

// Ids of one server, as far as the driver knows them, which asks for them to its end.
struct Numbers {
    std::shared_ptr<std::atomic<std::int64_t>> last = std::make_shared<std::atomic<std::int64_t>>(0);

    std::int64_t next() { return *last += 10; }
    db::Ids ids() {
        return {.settle = [last = last] { return last->load(); },
                .raise_above =
                    [last = last](std::int64_t id) {
                        std::int64_t known = *last;
                        while (known < id && !last->compare_exchange_weak(known, id)) continue;
                    },
                .find_greatest =
                    [](Tx& tx) {
                        return tx.run({"greatest", "SELECT coalesce(max(id), 0) FROM counter"}, {})[0].integer(0);
                    }};
    }
};

class Postgres : public testing::Test {
protected:
    void SetUp() override {
        database_ = open();
        write(*database_, [](Tx& tx) {
            tx.run_script(tables);
            tx.run(insert_counter, {1, 0, nullptr});
        });
    }

    db::PostgresOptions options() const {
        db::PostgresOptions options = place_.options();
        options.look_each = milliseconds(20);
        return options;
    }
    std::unique_ptr<db::Database> open() const { return db::open_postgres(options()); }
    std::unique_ptr<db::Database> open_through(const CuttingProxy& proxy,
                                               milliseconds deadline = milliseconds(10'000)) {
        db::PostgresOptions options;
        options.address = db::read_postgres_address(proxy.url(place_.name())).value();
        options.write_connections = 1;
        options.read_connections = 1;
        options.deadline = deadline;
        options.look_each = std::chrono::hours(1);  // so that all pieces belong to the works
        return db::open_postgres(options);
    }
    std::string socket() const { return test::PostgresCluster::shared().socket(); }

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

TEST_F(Postgres, loses_no_change_however_many_read_and_write_the_same_row) {
    std::vector<Answer> answers(200);
    for (Answer& answer : answers) database_->write([](Tx& tx) { return raise(tx, 1); }, answer.done());
    for (Answer& answer : answers) answer.future.get();
    EXPECT_EQ(ask(*database_, sum_numbers), 200);
}

// Of two that each see the other still there, one gives way: write skew, which REPEATABLE READ lets through.
TEST_F(Postgres, keeps_what_two_works_would_break_together) {
    write(*database_, [](Tx& tx) { tx.run(insert_counter, {2, 0, nullptr}); });
    for (int round = 0; round < 30; ++round) {
        write(*database_, [](Tx& tx) { tx.run({"begin", "UPDATE counter SET number = 1"}, {}); });
        Answer answers[2];
        for (int i = 0; i < 2; ++i)
            database_->write(
                [i](Tx& tx) {
                    if (tx.run(sum_numbers, {})[0].integer(0) > 1) tx.change(leave, {i + 1}, Expect::one);
                    return Outcome::keep;
                },
                answers[i].done());
        for (Answer& answer : answers) answer.future.get();
        EXPECT_EQ(ask(*database_, sum_numbers), 1);
    }
}

TEST_F(Postgres, commits_together_what_waits_while_that_goes_well) {
    db::PostgresOptions with = options();
    with.write_connections = 1;
    with.batch_limit = 5;
    const auto database = db::open_postgres(with);
    std::vector<Answer> answers(100);
    for (int i = 0; i < 100; ++i)
        database->write(
            [i](Tx& tx) {
                tx.change(add_counter, {i + 100, 1, nullptr}, Expect::new_row);
                return Outcome::keep;
            },
            answers[static_cast<std::size_t>(i)].done());
    for (Answer& answer : answers) answer.future.get();
    EXPECT_LE(with.status->commits, 1u + 2 + 3 + 4 + 18 + 10);
    EXPECT_GE(with.status->commits, 20u);
    EXPECT_EQ(ask(*database, count_counters), 101);
}

TEST_F(Postgres, refuses_a_text_that_it_cannot_keep_to_that_work_alone) {
    std::vector<Answer> answers(9);
    const std::string texts[] = {std::string("a\0b", 3), "\xff", "\xc3", "\xed\xa0\x80"};
    for (int i = 0; i < 9; ++i)
        database_->write(
            [&, i](Tx& tx) {
                tx.change(add_counter, {i + 10, 1, nullptr}, Expect::new_row);
                if (i % 2 == 1) tx.change(add_counter, {i + 100, 1, texts[i / 2]}, Expect::new_row);
                return Outcome::keep;
            },
            answers[static_cast<std::size_t>(i)].done());
    for (int i = 0; i < 9; ++i) {
        if (i % 2 == 1)
            EXPECT_THROW(answers[static_cast<std::size_t>(i)].future.get(), db::Broken) << i;
        else
            answers[static_cast<std::size_t>(i)].future.get();
    }
    EXPECT_EQ(ask(*database_, sum_numbers), 5);
}

TEST_F(Postgres, loses_no_connection_over_a_text_that_it_cannot_keep) {
    db::PostgresOptions with = options();
    with.write_connections = 1;
    with.read_connections = 1;
    const auto database = db::open_postgres(with);
    constexpr db::Query find_process{"find_process", "SELECT CAST(pg_backend_pid() AS BIGINT)"};
    constexpr db::Query find_name{"find_name", "SELECT id FROM counter WHERE name = $1"};
    for (const auto& run : {db::write_and_wait, db::read_and_wait}) {
        const auto process = [&] {
            std::int64_t found = 0;
            run(*database, [&](Tx& tx) { found = tx.run(find_process, {})[0].integer(0); });
            return found;
        };
        const std::int64_t before = process();
        for (const std::string& text : {std::string("a\0b", 3), std::string("\xff")})
            EXPECT_THROW(run(*database, [&](Tx& tx) { tx.run(find_name, {text}); }), db::Broken);
        EXPECT_EQ(process(), before);
    }
}

TEST_F(Postgres, servers_that_make_the_tables_at_once_make_them_once) {
    const test::PostgresDatabase empty;
    std::vector<std::unique_ptr<db::Database>> servers;
    for (int i = 0; i < 4; ++i) servers.push_back(db::open_postgres(empty.options()));
    std::vector<Answer> answers(4);
    for (std::size_t i = 0; i < 4; ++i)
        servers[i]->write(
            [](Tx& tx) {
                for (const db::SchemaObject& object : tx.list_schema())
                    if (object.name == "counter") return Outcome::keep;
                tx.run_script(tables);
                tx.run(insert_counter, {1, 7, nullptr});
                return Outcome::keep;
            },
            answers[i].done());
    for (Answer& answer : answers) answer.future.get();
    EXPECT_EQ(ask(*servers[0], sum_numbers), 7);
    EXPECT_THAT(empty.ask("SELECT count(*) FROM generation"), ElementsAre("1"));
}

TEST_F(Postgres, runs_works_again_whose_connections_are_ended) {
    for (int round = 0; round < 5; ++round) {
        std::vector<Answer> answers(20);
        for (Answer& answer : answers) database_->write([](Tx& tx) { return raise(tx, 1); }, answer.done());
        place_.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()");
        for (Answer& answer : answers) answer.future.get();
    }
    EXPECT_EQ(ask(*database_, sum_numbers), 100);
}

TEST_F(Postgres, knows_whether_another_process_has_it_open) {
    wait_until([&] { return !database_->is_open_elsewhere(); });
    const auto other = open();
    wait_until([&] { return database_->is_open_elsewhere(); });  // it connects on a thread of its own
    EXPECT_TRUE(other->is_open_elsewhere());
    database_.reset();
    wait_until([&] { return !other->is_open_elsewhere(); });
}

TEST_F(Postgres, finds_out_that_a_commit_whose_answer_was_lost_is_there) {
    std::atomic<int> to_lose = 0;
    CuttingProxy proxy(socket(), [&](const CuttingProxy::Piece& piece) {
        const bool is_lost = piece.is_from_server && test::tells_of_commit(piece.bytes) && to_lose.fetch_sub(1) > 0;
        return is_lost ? CuttingProxy::Verdict::drop : CuttingProxy::Verdict::pass;
    });
    const auto database = open_through(proxy);
    for (int i = 0; i < 10; ++i) {
        to_lose = 1;
        write(*database, [](Tx& tx) { raise(tx, 1); });
        EXPECT_LT(to_lose, 1);
    }
    EXPECT_EQ(ask(*database_, sum_numbers), 10);
}

// The connection breaks with each piece in turn that goes through, whatever that is.
TEST_F(Postgres, does_each_work_once_wherever_its_connection_breaks) {
    std::int64_t raised = 0;
    bool has_cut = true;
    for (int cut = 1; has_cut && cut < 200; ++cut) {
        std::atomic<bool> is_cutting = false;
        std::atomic<int> first = 0;
        std::atomic<bool> was_cut = false;
        CuttingProxy proxy(socket(), [&](const CuttingProxy::Piece& piece) {
            if (!is_cutting || piece.number != first + cut) return CuttingProxy::Verdict::pass;
            was_cut = true;
            return CuttingProxy::Verdict::drop;
        });
        Numbers numbers;
        const auto database = open_through(proxy);
        database->share_ids(numbers.ids());
        ASSERT_TRUE(database->claim_alone());
        first = proxy.pieces();
        is_cutting = true;
        for (int i = 0; i < 3; ++i, ++raised) write(*database, [](Tx& tx) { raise(tx, 1); });
        has_cut = was_cut;
        ASSERT_EQ(ask(*database_, sum_numbers), raised) << "cut at " << cut;
    }
    EXPECT_FALSE(has_cut);
    EXPECT_GT(raised, 30);
}

TEST_F(Postgres, answers_in_time_while_nothing_comes_through) {
    std::atomic<bool> is_holding = false;
    CuttingProxy proxy(socket(), [&](const CuttingProxy::Piece&) {
        return is_holding ? CuttingProxy::Verdict::hold : CuttingProxy::Verdict::pass;
    });
    const auto database = open_through(proxy, milliseconds(300));
    write(*database, [](Tx& tx) { raise(tx, 1); });
    is_holding = true;
    EXPECT_THROW(write(*database, [](Tx& tx) { raise(tx, 1); }), db::Unavailable);
    EXPECT_THROW(ask(*database, sum_numbers), db::Unavailable);
    is_holding = false;
    wait_until([&] { return message_of([&] { ask(*database, sum_numbers); }) == "nothing was thrown"; });
}

TEST_F(Postgres, waits_for_a_database_that_is_restarted_and_says_so_once) {
    test::PostgresCluster cluster;
    const std::string name = cluster.make_database();
    std::mutex mutex;
    std::vector<std::string> told;
    db::PostgresOptions options{
        .address = cluster.address(name), .write_connections = 4, .deadline = milliseconds(20'000)};
    options.log = [&](std::string_view sentence) {
        const std::lock_guard lock(mutex);
        told.emplace_back(sentence);
    };
    const auto database = db::open_postgres(options);
    write(*database, [](Tx& tx) {
        tx.run_script(tables);
        tx.run(insert_counter, {1, 0, nullptr});
    });
    // Each of the connections has worked before, and is lost; each finds that out at a time of its own.
    const auto use_all = [&] {
        std::vector<Answer> answers(4);
        std::atomic<int> begun = 0;
        for (Answer& answer : answers)
            database->write(
                [&](Tx& tx) {
                    ++begun;
                    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
                    while (begun < 4 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
                    tx.run(sum_numbers, {});
                    return Outcome::keep;
                },
                answer.done());
        for (Answer& answer : answers) answer.future.get();
    };
    use_all();
    cluster.kill();
    Answer answer;
    database->write([](Tx& tx) { return raise(tx, 1); }, answer.done());
    cluster.start();
    answer.future.get();
    EXPECT_EQ(ask(*database, sum_numbers), 1);
    use_all();
    const std::lock_guard lock(mutex);
    for (const std::string& sentence : told) EXPECT_THAT(sentence, HasSubstr(options.address.shown));
    EXPECT_THAT(told, testing::Contains(HasSubstr(" fails: ")));
    EXPECT_THAT(told, testing::Contains(HasSubstr(" works again ")));
    EXPECT_LE(told.size(), 4u) << testing::PrintToString(told);  // reading and writing, each with its recovery
}

TEST_F(Postgres, refuses_what_waiting_does_not_help_with_one_sentence) {
    db::PostgresOptions nowhere{.address = test::PostgresCluster::shared().address("no_such_database")};
    EXPECT_THROW(db::open_postgres(nowhere), db::Broken);
    EXPECT_THAT(message_of([&] { db::open_postgres(nowhere); }), HasSubstr("no_such_database"));
    db::PostgresOptions nobody{.address = db::read_postgres_address("postgresql://partnerd@127.0.0.1:1/x").value()};
    nobody.deadline = milliseconds(1'000);
    EXPECT_THROW(db::open_postgres(nobody), db::Unavailable);
    EXPECT_THAT(message_of([&] { db::open_postgres(nobody); }), HasSubstr("postgresql://127.0.0.1:1/x"));
}

TEST_F(Postgres, takes_no_server_for_one_that_takes_no_writes) {
    place_.ask("ALTER DATABASE " + place_.name() + " SET default_transaction_read_only = on");
    db::PostgresOptions with = options();
    with.deadline = milliseconds(1'000);
    EXPECT_THROW(db::open_postgres(with), db::Unavailable);
}

std::int64_t settled_through(db::Database& database) {
    std::int64_t settled = 0;
    db::read_and_wait(database, [&](Tx& tx) { settled = tx.settled_through(); });
    return settled;
}

TEST_F(Postgres, settles_no_number_before_all_below_it_are_there_on_any_server) {
    Numbers numbers, of_other;
    const auto other = open();
    EXPECT_EQ(settled_through(*other), INT64_MAX);  // nobody shares
    database_->share_ids(numbers.ids());
    other->share_ids(of_other.ids());
    std::promise<std::int64_t> drawn;
    std::promise<void> go;
    Answer slow;
    database_->write(
        [&](Tx& tx) {
            const std::int64_t id = numbers.next();
            tx.run(insert_counter, {id, 0, nullptr});
            drawn.set_value(id);
            go.get_future().wait();
            return Outcome::keep;
        },
        slow.done());
    const std::int64_t waiting = drawn.get_future().get();
    std::int64_t later = 0;
    for (int i = 0; i < 5; ++i) {
        write(*database_, [&](Tx& tx) { tx.run(insert_counter, {later = numbers.next(), 0, nullptr}); });
        write(*other, [&](Tx& tx) { tx.run(insert_counter, {of_other.next() + 5, 0, nullptr}); });
        EXPECT_LT(settled_through(*database_), waiting);
        EXPECT_LT(settled_through(*other), waiting);
    }
    go.set_value();
    slow.future.get();
    of_other.ids().raise_above(later);
    wait_until([&] { return settled_through(*other) >= later; });
}

// What has been looked at once is complete: whoever looks again finds as many as then.
TEST_F(Postgres, adds_nothing_to_what_was_settled) {
    Numbers numbers[2];
    std::unique_ptr<db::Database> servers[2] = {open(), open()};
    for (int i = 0; i < 2; ++i) servers[i]->share_ids(numbers[i].ids());
    constexpr db::Query count_through{"count_through", "SELECT count(*) FROM counter WHERE id <= $1"};
    const auto look = [&](std::int64_t settled, bool at_it) {
        std::pair<std::int64_t, std::int64_t> found{settled, 0};
        db::read_and_wait(*database_, [&](Tx& tx) {
            if (!at_it) found.first = tx.settled_through();
            found.second = tx.run(count_through, {found.first})[0].integer(0);
        });
        return found;
    };
    std::vector<Answer> answers(400);
    for (int i = 0; i < 400; ++i)
        servers[i % 2]->write(
            [&, i](Tx& tx) {
                tx.change(insert_counter, {numbers[i % 2].next() + i % 2, 0, nullptr}, Expect::any);
                return i % 7 == 0 ? Outcome::undo : Outcome::keep;
            },
            answers[static_cast<std::size_t>(i)].done());
    std::vector<std::pair<std::int64_t, std::int64_t>> looks;
    for (const Answer& answer : answers) {
        looks.push_back(look(0, false));
        answer.future.wait();
    }
    wait_until([&] { return look(0, false).second > 1; });
    looks.push_back(look(0, false));
    for (const auto& [settled, count] : looks) EXPECT_EQ(look(settled, true).second, count) << settled;
}

TEST_F(Postgres, waits_for_no_server_that_is_gone) {
    Numbers numbers, of_other;
    database_->share_ids(numbers.ids());
    auto other = open();
    other->share_ids(of_other.ids());
    EXPECT_THAT(place_.ask("SELECT count(*) FROM server_progress"), ElementsAre("2"));
    other.reset();
    EXPECT_THAT(place_.ask("SELECT count(*) FROM server_progress"), ElementsAre("1"));
    place_.ask("INSERT INTO server_progress (name, settled_through) VALUES ('killed', 0)");
    wait_until([&] { return place_.ask("SELECT count(*) FROM server_progress")[0] == "1"; });
    numbers.ids().raise_above(1'000);
    wait_until([&] { return settled_through(*database_) >= 1'000; });
}

TEST_F(Postgres, puts_itself_in_again_before_it_writes) {
    Numbers numbers;
    database_->share_ids(numbers.ids());
    place_.ask("INSERT INTO counter (id, number) VALUES (5000, 0)");
    place_.ask("DELETE FROM server_progress");
    write(*database_, [&](Tx& tx) { tx.run(insert_counter, {numbers.next(), 0, nullptr}); });
    EXPECT_THAT(place_.ask("SELECT count(*) FROM server_progress"), ElementsAre("1"));
    EXPECT_THAT(place_.ask("SELECT count(*) FROM counter WHERE id > 5000"), ElementsAre("1"));
}

// Its row is there again, but not yet what its ids have to be above.
TEST_F(Postgres, commits_nothing_that_was_begun_while_it_put_itself_in_again) {
    db::PostgresOptions with = options();
    with.look_each = std::chrono::hours(1);
    Numbers numbers;
    std::atomic<int> looks = -1, runs = 0;
    std::atomic<bool> is_done = false;
    const auto database = db::open_postgres(with);
    db::Ids ids = numbers.ids();
    ids.find_greatest = [&, find = ids.find_greatest](Tx& tx) {
        if (looks < 0 || ++looks != 2) return find(tx);
        database->write(
            [&](Tx& inner) {
                inner.run(insert_counter, {numbers.next(), 0, nullptr});
                ++runs;
                return Outcome::keep;
            },
            [&](std::exception_ptr) { is_done = true; });
        wait_until([&] { return runs > 1 || is_done; });
        return find(tx);
    };
    database->share_ids(ids);
    place_.ask("INSERT INTO counter (id, number) VALUES (5000, 0)");
    place_.ask("DELETE FROM server_progress");
    looks = 0;
    write(*database, [&](Tx& tx) { tx.run(insert_counter, {numbers.next(), 0, nullptr}); });
    wait_until([&] { return is_done.load(); });
    EXPECT_GT(runs, 1);
    EXPECT_THAT(place_.ask("SELECT count(*) FROM counter WHERE id > 5000"), ElementsAre("2"));
}

TEST_F(Postgres, leaves_no_markers_of_refusals_and_one_of_each_transaction) {
    const auto markers = [&] { return place_.ask("SELECT count(*) FROM commit_marker")[0]; };
    const std::string before = markers();
    database_->write([](Tx&) { return Outcome::undo; }, [](std::exception_ptr) {});
    ask(*database_, sum_numbers);
    EXPECT_THROW(write(*database_, [](Tx&) { throw std::runtime_error("refused"); }), std::runtime_error);
    EXPECT_EQ(markers(), before);
    write(*database_, [](Tx& tx) { raise(tx, 1); });
    EXPECT_EQ(std::stoi(markers()), std::stoi(before) + 1);
}

}  // namespace
