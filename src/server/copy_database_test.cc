#include "server/copy_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine/access/authenticate.h"
#include "engine/accounts/open_account.h"
#include "server/check_database.h"
#include "server/migration.h"
#include "server/open.h"
#include "server/sandbox.h"
#include "store/copy_tables.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Dump = std::map<std::string, std::vector<std::string>>;

struct Interruption : std::exception {};

// All rows of all tables, read otherwise than they are copied.
Dump dump(db::Database& database) {
    Dump all;
    std::vector<std::string> texts;  // of statements
    db::read_and_wait(database, [&](db::Tx& tx) {
        all.clear();
        std::map<std::string, std::vector<db::SchemaObject>> columns;
        for (db::SchemaObject& object : tx.list_schema())
            if (object.kind == db::SchemaObject::Kind::column && !object.name.starts_with("lease."))
                columns[object.name.substr(0, object.name.find('.'))].push_back(std::move(object));
        for (const auto& [table, its] : columns) {
            std::string names;
            for (const auto& column : its)
                names += (names.empty() ? "\"" : ", \"") + column.name.substr(table.size() + 1) + '"';
            texts.push_back("SELECT " + names + " FROM " + table);
            const db::Rows rows = tx.run({"dump", texts.back()}, {});
            std::vector<std::string>& lines = all[table];
            for (std::size_t i = 0; i < rows.size(); ++i) {
                std::string line;
                for (std::size_t c = 0; c < its.size(); ++c) {
                    const auto text = its[c].is_text ? rows[i].find_text(c) : std::nullopt;
                    const auto number = its[c].is_text ? std::nullopt : rows[i].find_integer(c);
                    line += text ? "'" + *text + "' " : number ? std::to_string(*number) + " " : "NULL ";
                }
                lines.push_back(std::move(line));
            }
            std::ranges::sort(lines);
        }
    });
    return all;
}

// Beside the sandbox's own: rows in each table, whatever they would mean, so that what unique indexes forbid does not
// come up.
void fill_each_table(db::Tx& tx) {
    constexpr const char* words[] = {"", "a", "A", "a-b", "\xc3\xa9", "\xf0\x9f\x98\x80", "5\n7\t'\"", "\\x00"};
    std::map<std::string, db::SchemaObject> columns;
    for (db::SchemaObject& object : tx.list_schema()) columns.emplace(object.name, object);
    static store::CopiedTables tables;  // outlive the database
    tables = store::list_copied_tables(tx);
    for (const auto& table : tables) {
        const int keyless_rows = table->has_rows(tx) ? 0 : 1;
        const int keyed_rows = table->name() == "event" || table->name() == "account" ? 700 : 40;
        const int rows = table->has_key() ? keyed_rows : keyless_rows;
        for (int i = 0; i < rows; ++i) {
            store::CopiedRow row;
            for (const store::CopiedColumn& column : table->columns()) {
                const db::SchemaObject& known = columns.at(table->name() + '.' + column.name);
                const bool may_be_null = known.what.find(" 0 ") != std::string::npos;
                if (!known.references.empty() && known.key_place == 0)
                    row.emplace_back(std::int64_t{1});
                else if (may_be_null && i % 3 == 0)
                    row.emplace_back();
                else if (column.is_text && column.name == "state")
                    row.emplace_back(std::string(300'000, static_cast<char>('a' + i % 26)));
                else if (column.is_text)
                    row.emplace_back(words[static_cast<std::size_t>(i) % std::size(words)] + std::to_string(i));
                else if (may_be_null && i % 3 == 1 && !column.name.ends_with("_id"))
                    row.emplace_back(i % 2 == 0 ? INT64_MAX : INT64_MIN);
                else
                    row.emplace_back(std::int64_t{1'000'000'000'000'000} + i);
            }
            table->insert(tx, row);
        }
    }
}

class CopyDatabase : public testing::Test {
protected:
    // Another one than any other.
    void make_sandbox(const std::string& where, bool is_full = false) {
        OpenDatabase open = open_database(where, Mode::sandbox, {}, seed_sandbox).value();
        if (is_full) db::write_and_wait(*open.database, fill_each_table);
    }
    static std::string refusal(const Result<CopiedDatabase>& copied) {
        return copied.ok() ? "copied" : copied.error().detail;
    }
    std::string url() const { return test::PostgresCluster::shared().url(place_.name()); }
    static Dump dump_of(const std::string& where) {
        if (db::is_postgres_address(where))
            return dump(*db::open_postgres({.address = db::read_postgres_address(where).value()}));
        return dump(*db::open_sqlite({.path = where}));
    }
    static void change(const std::string& where, const char* sql) {
        const auto open = db::open_sqlite({.path = where});
        db::write_and_wait(*open, [&](db::Tx& tx) { tx.run_script(sql); });
    }
    // The call of that number throws.
    static std::function<void(const CopyProgress&)> interrupt_at(int number) {
        return [number, calls = 0](const CopyProgress&) mutable {
            if (++calls == number) throw Interruption();
        };
    }

    TemporaryFolder folder_;
    test::PostgresDatabase place_;
    const std::string from_ = folder_.file("partnerd.db"), back_ = folder_.file("back.db");
};

TEST_F(CopyDatabase, HasEachRowOfEachTableThereAndBack) {
    make_sandbox(from_, true);
    const Dump before = dump_of(from_);
    for (const auto& [table, rows] : before) EXPECT_FALSE(rows.empty()) << table;
    std::int64_t copied_rows = 0, compared_rows = 0;
    const auto there = copy_database(from_, url(), [&](const CopyProgress& now) {
        (now.is_comparing ? compared_rows : copied_rows) = now.rows;
        EXPECT_LE(now.rows, now.total);
    });
    ASSERT_EQ(refusal(there), "copied");
    EXPECT_FALSE(there.value().has_gone_on);
    EXPECT_EQ(compared_rows, 2 * there.value().rows);
    EXPECT_GT(copied_rows, 2'000);
    EXPECT_EQ(dump_of(url()), before);
    ASSERT_EQ(refusal(copy_database(url(), back_)), "copied");
    EXPECT_EQ(dump_of(back_), before);
    EXPECT_EQ(dump_of(from_), before);
}

TEST_F(CopyDatabase, MovesWithinOneKindToo) {
    make_sandbox(from_);
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    EXPECT_EQ(dump_of(back_), dump_of(from_));
    const test::PostgresDatabase other;
    const std::string other_url = test::PostgresCluster::shared().url(other.name());
    ASSERT_EQ(refusal(copy_database(back_, url())), "copied");
    ASSERT_EQ(refusal(copy_database(url(), other_url)), "copied");
    EXPECT_EQ(dump_of(other_url), dump_of(from_));
}

TEST_F(CopyDatabase, TakesFewRowsAtATimeWhereTheyAreGreat) {
    make_sandbox(from_, true);
    std::map<std::string, std::int64_t> greatest;  // lot of each table
    std::int64_t before = 0;
    const auto copied = copy_database(from_, back_, [&](const CopyProgress& now) {
        std::int64_t& lot = greatest[std::string(now.table)];
        if (!now.is_comparing) lot = std::max(lot, now.rows - before);
        before = now.rows;
    });
    ASSERT_EQ(refusal(copied), "copied");
    EXPECT_EQ(greatest["workflow_run"], 10);
    EXPECT_GE(greatest["event"], 300);
}

// Keys go on working, and ids go on behind those that are there.
TEST_F(CopyDatabase, IsServedAsIfNothingHadHappened) {
    make_sandbox(from_);
    ASSERT_EQ(refusal(copy_database(from_, url())), "copied");
    EXPECT_TRUE(check_database_file(url()).value().accounts.problems.empty());
    std::int64_t greatest = 0;
    {
        const OpenDatabase before = open_existing_database(from_).value();
        db::read_and_wait(*before.database, [&](db::Tx& tx) { greatest = greatest_id(tx); });
    }
    const OpenDatabase open = open_database(url(), Mode::sandbox).value();
    EXPECT_FALSE(open.is_new);
    db::write_and_wait(*open.database, [&](db::Tx& tx) {
        const Caller caller =
            accept_identity(*open.world, find_identity(tx, "sandbox-partner").value(), CredentialKind::partner_token)
                .value();
        const Account account =
            open_account(tx, *open.world, caller, {.uid = "new-house", .domain = "b5test.com"}).value();
        EXPECT_GT(account.id, greatest);
    });
}

TEST_F(CopyDatabase, GoesOnWhereItWasInterruptedAndIsNobodyElsesUntilThen) {
    make_sandbox(from_, true);
    for (const int number : {1, 4, 30}) {
        EXPECT_THROW((void)copy_database(from_, url(), interrupt_at(number)), Interruption);
        for (const std::string& sentence :
             {open_database(url(), Mode::sandbox).error().detail, open_database(url(), Mode::production).error().detail,
              open_existing_database(url()).error().detail, plan_migration(url()).error().detail,
              check_database_file(url()).error().detail})
            EXPECT_THAT(sentence, HasSubstr(": Another database is being copied into this one"));
    }
    std::int64_t first = 0;
    const auto copied = copy_database(from_, url(), [&](const CopyProgress& now) {
        if (first == 0) first = now.rows;
    });
    ASSERT_EQ(refusal(copied), "copied");
    EXPECT_TRUE(copied.value().has_gone_on);
    EXPECT_GT(first, 700) << "what was there has been copied once more";
    EXPECT_EQ(dump_of(url()), dump_of(from_));
}

TEST_F(CopyDatabase, GoesOnInAFileToo) {
    make_sandbox(from_, true);
    EXPECT_THROW((void)copy_database(from_, back_, interrupt_at(5)), Interruption);
    EXPECT_THAT(open_existing_database(back_).error().detail, StartsWith("Another database is being copied"));
    EXPECT_THAT(refusal(copy_database(back_, folder_.file("third.db"))), StartsWith("Another database is being"));
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    EXPECT_EQ(dump_of(back_), dump_of(from_));
}

TEST_F(CopyDatabase, DoesNotGoOnWithWhatWasBegunOtherwise) {
    make_sandbox(from_, true);
    EXPECT_THROW((void)copy_database(from_, url(), interrupt_at(3)), Interruption);
    const std::string other = folder_.file("other.db");
    make_sandbox(other);
    EXPECT_THAT(refusal(copy_database(other, url())), StartsWith("The target has an unfinished copy of another"));
    change(from_, "DELETE FROM domain");
    EXPECT_THAT(refusal(copy_database(from_, url())), StartsWith("The target has an unfinished copy of another"));
}

TEST_F(CopyDatabase, SaysSoIfTheSidesAreNotEqual) {
    make_sandbox(from_, true);
    bool has_changed = false;
    const auto change_target = [&](const CopyProgress& now) {
        if (!now.is_comparing || std::exchange(has_changed, true)) return;
        place_.ask("UPDATE workflow_run_step SET record = record || 'x' WHERE number % 2 = 0");
    };
    EXPECT_EQ(
        refusal(copy_database(from_, url(), change_target)),
        "The table workflow_run_step has other rows in the source than in the target: make the target anew, empty, "
        "and begin again.");
    has_changed = false;
    const auto remove_from_target = [&](const CopyProgress& now) {
        if (now.is_comparing && !std::exchange(has_changed, true)) place_.ask("DELETE FROM webhook_lane");
    };
    EXPECT_EQ(refusal(copy_database(from_, url(), remove_from_target)),
              "The table webhook_lane has 40 rows in the source and 0 in the target: make the target anew, empty, "
              "and begin again.");
    EXPECT_THAT(open_existing_database(url()).error().detail, HasSubstr(": Another database is being copied"));
}

TEST_F(CopyDatabase, HasParentsWhoseIdsAreAboveTheirChildrens) {
    make_sandbox(from_);
    change(from_,
           "INSERT INTO reseller SELECT 900, 1, name, utc_offset_minutes, end_action, grace_ms, clock_offset_ms,"
           " clock_frozen_at, created_at, updated_at, version, redated_through FROM reseller WHERE id = 1;"
           "INSERT INTO reseller SELECT 800, 900, name, utc_offset_minutes, end_action, grace_ms, clock_offset_ms,"
           " clock_frozen_at, created_at, updated_at, version, redated_through FROM reseller WHERE id = 1");
    ASSERT_EQ(refusal(copy_database(from_, url())), "copied");
    EXPECT_EQ(dump_of(url()), dump_of(from_));
    ASSERT_EQ(refusal(copy_database(url(), back_)), "copied");
    EXPECT_EQ(dump_of(back_), dump_of(from_));
}

TEST_F(CopyDatabase, NamesTheRowThatPostgresCannotKeep) {
    make_sandbox(from_);
    change(from_, "UPDATE account SET uid = uid || char(0) || 'x' WHERE id = (SELECT max(id) FROM account)");
    const std::string sentence = refusal(copy_database(from_, url()));
    EXPECT_THAT(sentence, StartsWith("The target cannot keep the row of the table account with the key "));
    EXPECT_THAT(sentence, HasSubstr(": its uid has a U+0000 in it, which no text of PostgreSQL's may have."));
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    EXPECT_EQ(dump_of(back_), dump_of(from_));
}

TEST_F(CopyDatabase, RefusesASourceThatIsNoneOrNotAsThisProgramHasIt) {
    EXPECT_EQ(refusal(copy_database(from_, back_)), "There is no database " + from_ + ".");
    EXPECT_EQ(copy_database(from_, back_).error().reason, Reason::not_found);
    EXPECT_FALSE(std::filesystem::exists(back_));
    db::open_sqlite({.path = from_}).reset();
    EXPECT_EQ(refusal(copy_database(from_, back_)), "The source has never been served.");
    std::vector<EmbeddedFile> older = store::schema_files;
    older.pop_back();
    ASSERT_TRUE(store::migrate(*db::open_sqlite({.path = from_}), older).ok());
    EXPECT_THAT(refusal(copy_database(from_, back_)), HasSubstr("is to come: partnerd migrate first."));
    std::filesystem::remove(from_);
    make_sandbox(from_);
    change(from_, "INSERT INTO schema_version VALUES (999, '999_future.sql')");
    EXPECT_THAT(refusal(copy_database(from_, back_)), StartsWith("The source has schema version 999, "));
    EXPECT_EQ(refusal(copy_database(from_, from_)), "Both are the same database.");
    EXPECT_EQ(refusal(copy_database(url(), url())), "Both are the same database.");
}

TEST_F(CopyDatabase, LeavesTheTargetUnmarkedIfTheSourceLacksATable) {
    make_sandbox(from_);
    change(from_, "ALTER TABLE webhook_lane RENAME TO elsewhere");
    EXPECT_EQ(refusal(copy_database(from_, back_)), "The source lacks the table webhook_lane: partnerd check.");
    change(from_, "ALTER TABLE elsewhere RENAME TO webhook_lane");
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    EXPECT_EQ(dump_of(back_), dump_of(from_));
}

// More columns than a copied table may have, and two tables that refer to each other.
TEST_F(CopyDatabase, LeavesTablesOfOthersWhereTheyAre) {
    make_sandbox(from_);
    std::string wide = "CREATE TABLE theirs_wide (id INTEGER PRIMARY KEY";
    for (int i = 0; i < 90; ++i) wide += ", c" + std::to_string(i) + " INTEGER";
    change(from_, (wide + ')').c_str());
    change(from_,
           "CREATE TABLE theirs_a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES theirs_b (id));"
           "CREATE TABLE theirs_b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES theirs_a (id))");
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    Dump wanted = dump_of(from_);
    EXPECT_EQ(std::erase_if(wanted, [](const auto& table) { return table.first.starts_with("theirs_"); }), 3u);
    EXPECT_EQ(dump_of(back_), wanted);
}

TEST_F(CopyDatabase, RefusesWhatIsInUse) {
    make_sandbox(from_);
    {
        const OpenDatabase served = open_existing_database(from_).value();
        EXPECT_EQ(copy_database(from_, url()).error().reason, Reason::unavailable);
    }
    ASSERT_EQ(refusal(copy_database(from_, url())), "copied");
    {
        const OpenDatabase served = open_existing_database(url()).value();
        EXPECT_THAT(refusal(copy_database(url(), back_)), StartsWith("The source is in use"));
    }
    const test::PostgresDatabase other;
    const auto looked_at = db::open_postgres(other.options());
    db::read_and_wait(*looked_at, [](db::Tx& tx) { tx.run({"look", "SELECT CAST(1 AS BIGINT)"}, {}); });
    EXPECT_THAT(refusal(copy_database(from_, test::PostgresCluster::shared().url(other.name()))),
                StartsWith("The target is in use"));
}

// With the next table, and at the very end.
TEST_F(CopyDatabase, NoticesWhoComesMeanwhile) {
    make_sandbox(from_, true);
    std::unique_ptr<db::Database> visitor;
    const auto visit = [&] {
        if (visitor) return;
        visitor = db::open_postgres({.address = db::read_postgres_address(url()).value()});
        db::read_and_wait(*visitor, [](db::Tx& tx) { tx.run({"look", "SELECT CAST(1 AS BIGINT)"}, {}); });
    };
    const auto visit_at_the_end = [&](const CopyProgress& now) {
        if (now.is_comparing && now.rows == now.total) visit();
    };
    EXPECT_EQ(refusal(copy_database(from_, url(), visit_at_the_end)),
              "The target has come into use meanwhile: end whatever has it open, and begin anew.");
    EXPECT_TRUE(visitor);
    visitor.reset();
    EXPECT_THAT(open_existing_database(url()).error().detail, HasSubstr(": Another database is being copied"));
    ASSERT_EQ(refusal(copy_database(from_, url())), "copied");

    bool has_compared = false;
    const auto visit_until_compared = [&](const CopyProgress& now) {
        visit();
        has_compared = has_compared || now.is_comparing;
        if (has_compared) visitor.reset();
    };
    EXPECT_EQ(refusal(copy_database(url(), back_, visit_until_compared)),
              "The source has come into use meanwhile: end its servers, and begin anew.");
    EXPECT_FALSE(has_compared);
}

TEST_F(CopyDatabase, RefusesATargetThatIsSomebodysAlready) {
    make_sandbox(from_);
    make_sandbox(url());
    EXPECT_THAT(refusal(copy_database(from_, url())), StartsWith("The target is not empty: its table "));
    ASSERT_EQ(refusal(copy_database(from_, back_)), "copied");
    EXPECT_EQ(refusal(copy_database(from_, back_)), "The target is the source itself, or a finished copy of it.");
    const std::string production = folder_.file("production.db");
    (void)open_database(production, Mode::production).value();
    EXPECT_EQ(refusal(copy_database(from_, production)),
              "The target was made for production, and the source for a sandbox.");
    const std::string empty = folder_.file("empty.db");
    (void)open_database(empty, Mode::sandbox).value();
    EXPECT_EQ(refusal(copy_database(from_, empty)), "copied") << "it had a key of its own, and nobody";
    EXPECT_EQ(dump_of(empty), dump_of(from_));
    const test::PostgresDatabase foreign;
    foreign.ask("CREATE TABLE theirs (a integer)");
    EXPECT_EQ(refusal(copy_database(from_, test::PostgresCluster::shared().url(foreign.name()))),
              "The target is no database of ours: it has the tables of another program.");
    EXPECT_EQ(foreign.ask("SELECT count(*) FROM theirs"), std::vector<std::string>{"0"});
}

}  // namespace
