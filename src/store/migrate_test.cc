#include <gtest/gtest.h>

#include <algorithm>

#include "store/migrate_first.h"
#include "tests/testing/fresh_database.h"

namespace {

const EmbeddedFile first{"001_first.sql", "CREATE TABLE first (a INTEGER) STRICT; INSERT INTO first VALUES (1);"};
const EmbeddedFile second{"002_second.sql", "ALTER TABLE first ADD COLUMN b INTEGER; UPDATE first SET b = a + 1;"};
const EmbeddedFile third{"003_third.sql", "CREATE TABLE third (a INTEGER) STRICT;"};
const EmbeddedFile indexes{"003_first_indexes.sql",
                           "-- both\nCREATE INDEX IF NOT EXISTS first_a ON first (a);\n"
                           "CREATE UNIQUE INDEX IF NOT EXISTS first_b ON first (b);"};
const EmbeddedFile failing{"002_failing.sql",
                           "CREATE TABLE half (a INTEGER) STRICT; INSERT INTO first VALUES (2); DROP TABLE none;"};

class Migrate : public testing::Test {
protected:
    std::string run(const std::vector<EmbeddedFile>& files) {
        const auto result = store::migrate(*database_, files);
        if (!result.ok()) return result.error().detail;
        return std::to_string(result.value().from) + " -> " + std::to_string(result.value().to);
    }

    // The tables there are and the versions noted, "first schema_version: 1 001_first.sql"
    std::string state() {
        std::string text;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            for (const db::SchemaObject& object : tx.list_schema())
                if (object.kind == db::SchemaObject::Kind::table) text += (text.empty() ? "" : " ") + object.name;
            const db::Rows versions =
                tx.run({"list_versions", "SELECT version, name FROM schema_version ORDER BY version"}, {});
            for (std::size_t i = 0; i < versions.size(); ++i)
                text += (i == 0 ? ": " : ", ") + std::to_string(versions[i].integer(0)) + ' ' + versions[i].text(1);
        });
        return text;
    }

    EmptyDatabase place_;
    std::unique_ptr<db::Database> database_ = place_.open();
};

TEST_F(Migrate, BringsAnEmptyDatabaseToTheNewest) {
    EXPECT_EQ(run({first, second, third}), "0 -> 3");
    EXPECT_EQ(state(), "first schema_version third: 1 001_first.sql, 2 002_second.sql, 3 003_third.sql");
}

TEST_F(Migrate, DoesNothingASecondTime) {
    EXPECT_EQ(run({first, second}), "0 -> 2");
    const std::string before = state();
    EXPECT_EQ(run({first, second}), "2 -> 2");
    EXPECT_EQ(state(), before);
}

TEST_F(Migrate, GoesOnFromWhereADatabaseStands) {
    EXPECT_EQ(run({first}), "0 -> 1");
    EXPECT_EQ(run({first, second, third}), "1 -> 3");
    db::read_and_wait(*database_, [](db::Tx& tx) {
        EXPECT_EQ(tx.run({"b", "SELECT b FROM first"}, {})[0].integer(0), 2);
    });
}

TEST_F(Migrate, RefusesADatabaseThatIsNewerAndLeavesItAlone) {
    EXPECT_EQ(run({first, second, third}), "0 -> 3");
    const std::string before = state();
    EXPECT_EQ(run({first}),
              "The database has schema version 3, this program knows only up to 1: use a newer partnerd.");
    EXPECT_EQ(state(), before);
}

TEST_F(Migrate, LeavesNothingOfAFileThatFailsAndKeepsWhatCameBefore) {
    EXPECT_EQ(run({first}), "0 -> 1");
    EXPECT_THROW(run({first, failing, third}), db::Broken);
    EXPECT_EQ(state(), "first schema_version: 1 001_first.sql");
    db::read_and_wait(*database_, [](db::Tx& tx) { EXPECT_EQ(tx.run({"a", "SELECT a FROM first"}, {}).size(), 1u); });
    EXPECT_EQ(run({first, second, third}), "1 -> 3");
}

TEST_F(Migrate, MakesIndexesOfTablesThatAreThereAndNotesThem) {
    const auto list_indexes = [&] {
        std::string text;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            text.clear();
            for (const db::SchemaObject& object : tx.list_schema())
                if (object.kind == db::SchemaObject::Kind::index) text += object.name + ' ';
        });
        return text;
    };
    EXPECT_EQ(run({first, second}), "0 -> 2");
    EXPECT_EQ(run({first, second, indexes}), "2 -> 3");
    EXPECT_EQ(list_indexes(), "first_a first_b ");
    EXPECT_EQ(state(), "first schema_version: 1 001_first.sql, 2 002_second.sql, 3 003_first_indexes.sql");

    // It was cut off before they were noted.
    db::write_and_wait(*database_, [](db::Tx& tx) {
        tx.run({"forget", "DELETE FROM schema_version WHERE version = 3"}, {});
        tx.run_script("DROP INDEX first_a");
    });
    EXPECT_EQ(run({first, second, indexes}), "2 -> 3");
    EXPECT_EQ(list_indexes(), "first_a first_b ");
}

TEST_F(Migrate, NotesNoIndexesThatCannotBeMade) {
    EXPECT_EQ(run({first, second}), "0 -> 2");
    db::write_and_wait(*database_, [](db::Tx& tx) { tx.run({"add", "INSERT INTO first VALUES (7, 2)"}, {}); });
    const std::string before = state();
    EXPECT_ANY_THROW(run({first, second, indexes}));
    EXPECT_EQ(state(), before);
    db::write_and_wait(*database_, [](db::Tx& tx) { tx.run({"remove", "DELETE FROM first WHERE a = 7"}, {}); });
    EXPECT_EQ(run({first, second, indexes}), "2 -> 3");
}

TEST_F(Migrate, KnowsThisProgramsOwnTables) {
    ASSERT_FALSE(store::schema_files.empty());
    const auto migrated = store::migrate(*database_);
    ASSERT_TRUE(migrated.ok());
    EXPECT_EQ(migrated.value().to, static_cast<int>(store::schema_files.size()));
    std::vector<std::string_view> numbers;
    for (const auto& file : store::schema_files) numbers.push_back(file.name.substr(0, 3));
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end()) << "two files have one number";
    EXPECT_TRUE(database_->check_integrity().empty());
}

TEST_F(Migrate, IsStillThereAfterTheDatabaseWasClosed) {
    EXPECT_EQ(run({first, second}), "0 -> 2");
    database_.reset();
    database_ = place_.open();
    EXPECT_EQ(run({first, second}), "2 -> 2");
}

TEST_F(Migrate, FillsAnEmptyDatabaseInOneTransactionWithWhatElseIsToBeInIt) {
    const auto fill = [&](const std::function<void(db::Tx&)>& also) {
        return store::migrate(*database_, {first, second}, also);
    };
    EXPECT_THROW((void)fill([](db::Tx&) { throw db::Broken("cut off"); }), db::Broken);
    db::read_and_wait(*database_, [](db::Tx& tx) { EXPECT_TRUE(tx.list_schema().empty()); });
    EXPECT_TRUE(fill([](db::Tx& tx) { tx.run({"add", "INSERT INTO first VALUES (5, 6)"}, {}); }).ok());
    bool is_called_again = false;
    EXPECT_TRUE(fill([&](db::Tx&) { is_called_again = true; }).ok());
    EXPECT_FALSE(is_called_again);
    db::read_and_wait(*database_, [](db::Tx& tx) { EXPECT_EQ(tx.run({"a", "SELECT a FROM first"}, {}).size(), 2u); });
}

TEST_F(Migrate, RefusesTheTablesOfAnotherProgram) {
    db::write_and_wait(*database_, [](db::Tx& tx) { tx.run_script("CREATE TABLE song (name TEXT)"); });
    EXPECT_EQ(run({first}), "This is no database of ours: it has the tables of another program.");
}

}  // namespace
