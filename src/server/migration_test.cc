#include "server/migration.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "db/sqlite.h"
#include "server/open.h"
#include "store/migrate.h"
#include "tests/testing/temporary_folder.h"

namespace {

class MigrationTest : public testing::Test {
protected:
    // As a program made it that knew so many files.
    void make(std::size_t files) {
        const auto database = db::open_sqlite({.path = path_});
        const std::vector<EmbeddedFile> known(store::schema_files.begin(),
                                              store::schema_files.begin() + static_cast<std::ptrdiff_t>(files));
        ASSERT_TRUE(store::migrate(*database, known).ok());
    }
    void change(const std::string& sql) {
        const auto database = db::open_sqlite({.path = path_});
        db::write_and_wait(*database, [&](db::Tx& tx) { tx.run_script(sql); });
    }
    std::string refusal() {
        const auto plan = plan_migration(path_);
        return plan.ok() ? "" : plan.error().detail;
    }

    const int newest_ = static_cast<int>(store::schema_files.size());
    const test::TemporaryFolder folder_;
    const std::string path_ = folder_.file("p.db");
};

TEST_F(MigrationTest, IsSaidBeforeItIsDone) {
    make(3);
    const MigrationPlan plan = plan_migration(path_).value();
    EXPECT_EQ(plan.from, 3);
    EXPECT_EQ(plan.to, newest_);
    ASSERT_EQ(plan.steps.size(), store::schema_files.size() - 3);
    EXPECT_EQ(plan.steps[0].file, store::schema_files[3].name);
    EXPECT_EQ(plan.steps[0].what,
              "What ActivePlatform knows beyond the account: managers, users, the catalogue of types, classes and "
              "attributes, and a profile beside each account that it opened");
    for (const MigrationStep& step : plan.steps) EXPECT_NE(step.what, "") << step.file;
    EXPECT_EQ(plan_migration(path_).value().from, 3) << "nothing has been done";
}

TEST_F(MigrationTest, HasNothingToDoWhereAllIsThere) {
    make(store::schema_files.size());
    const MigrationPlan plan = plan_migration(path_).value();
    EXPECT_EQ(plan.from, plan.to);
    EXPECT_TRUE(plan.steps.empty());
}

TEST_F(MigrationTest, LooksAtOursOnly) {
    EXPECT_EQ(refusal(), "There is no database " + path_ + ".");
    change("CREATE TABLE theirs (id INTEGER)");
    EXPECT_EQ(refusal(), path_ + " is no database of ours: it has the tables of another program.");
}

TEST_F(MigrationTest, RefusesWhatANewerProgramHasMade) {
    make(store::schema_files.size());
    change("INSERT INTO schema_version VALUES (999, '999_future.sql')");
    const std::string sentence = "The database has schema version 999, this program knows only up to " +
                                 std::to_string(newest_) + ": use a newer partnerd.";
    EXPECT_EQ(refusal(), sentence);
    // It says for which programs it may still be used: not for this one, ...
    change(
        "CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT;"
        "INSERT INTO schema_works_from VALUES (" +
        std::to_string(newest_ + 1) + ")");
    EXPECT_EQ(refusal(), sentence);
    // ... and for this one.
    change("UPDATE schema_works_from SET version = " + std::to_string(newest_));
    const MigrationPlan plan = plan_migration(path_).value();
    EXPECT_EQ(plan.from, 999);
    EXPECT_TRUE(plan.steps.empty());
    const auto database = db::open_sqlite({.path = path_});
    const auto migrated = store::migrate(*database);
    ASSERT_TRUE(migrated.ok());
    EXPECT_EQ(migrated.value().to, 999);
}

}  // namespace
