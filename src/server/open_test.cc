#include "server/open.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/access/authenticate.h"
#include "engine/accounts/check_accounts.h"
#include "engine/accounts/open_account.h"
#include "engine/resellers/add_reseller.h"
#include "server/backup.h"
#include "server/check_database.h"
#include "server/migration.h"
#include "server/sandbox.h"
#include "tests/testing/fresh_database.h"

namespace {

class OpenDatabaseTest : public testing::Test {
protected:
    std::string refusal(const Result<OpenDatabase>& opened) { return opened.ok() ? "opened" : opened.error().detail; }

    TemporaryFolder folder_;
    const std::string path_ = folder_.file("partnerd.db");
};

TEST_F(OpenDatabaseTest, IsNewOnce) {
    EXPECT_TRUE(open_database(path_, Mode::production).value().is_new);
    EXPECT_FALSE(open_database(path_, Mode::production).value().is_new);
}

TEST_F(OpenDatabaseTest, KeepsProductionAndSandboxApart) {
    (void)open_database(path_, Mode::production).value();
    EXPECT_EQ(refusal(open_database(path_, Mode::sandbox)),
              "This is a production database: a sandbox would put fixed credentials into it.");
    const std::string sandbox = folder_.file("sandbox.db");
    (void)open_database(sandbox, Mode::sandbox).value();
    EXPECT_EQ(refusal(open_database(sandbox, Mode::production)),
              "This is a sandbox's database: its fixed credentials are known to everybody.");
    EXPECT_EQ(refusal(open_existing_database(path_)), "opened");
    EXPECT_EQ(refusal(open_existing_database(sandbox)), "opened");
}

TEST_F(OpenDatabaseTest, SeedsNothingItself) {
    const OpenDatabase open = open_database(path_, Mode::production).value();
    db::read_and_wait(*open.database, [](db::Tx& tx) {
        for (const char* secret : {"sandbox-partner", "sandbox-partner-b", "sandbox-partner-nopromo",
                                   "sandbox-operator", "sandbox-reader", "sandbox-support"})
            EXPECT_FALSE(find_identity(tx, secret));
    });
}

TEST_F(OpenDatabaseTest, FindsOnlyWhatIsThere) {
    EXPECT_EQ(refusal(open_existing_database(path_)), "There is no database " + path_ + ".");
    EXPECT_FALSE(std::filesystem::exists(path_));
    db::open_sqlite({.path = path_}).reset();
    EXPECT_EQ(refusal(open_existing_database(path_)), "This database has never been served.");
}

TEST_F(OpenDatabaseTest, RefusesADatabaseFromANewerProgram) {
    {
        const OpenDatabase open = open_database(path_, Mode::production).value();
        db::write_and_wait(*open.database, [](db::Tx& tx) {
            tx.run_script("INSERT INTO schema_version VALUES (999, '999_future.sql')");
        });
    }
    for (const auto& opened : {refusal(open_database(path_, Mode::production)), refusal(open_existing_database(path_))})
        EXPECT_TRUE(opened.starts_with("The database has schema version 999, this program knows only up to "))
            << opened;
}

// Tokens that were handed out yesterday lead to their accounts today; ids go on.
TEST_F(OpenDatabaseTest, GoesOnWhereItStopped) {
    Account account;
    const auto open_one = [&](OpenDatabase& open, const std::string& uid) {
        db::write_and_wait(*open.database, [&](db::Tx& tx) {
            const Caller caller = accept_identity(*open.world, find_identity(tx, "sandbox-partner").value(),
                                                  CredentialKind::partner_token)
                                      .value();
            account = open_account(tx, *open.world, caller, {.uid = uid, .domain = "b5test.com"}).value();
        });
        return account.id;
    };
    std::int64_t first = 0;
    {
        OpenDatabase open = open_database(path_, Mode::sandbox).value();
        db::write_and_wait(*open.database, [&](db::Tx& tx) { seed_sandbox(tx, *open.world); });
        first = open_one(open, "a");
    }
    OpenDatabase open = open_database(path_, Mode::sandbox).value();
    EXPECT_GT(open_one(open, "b"), first);
    db::read_and_wait(*open.database, [&](db::Tx& tx) {
        const CheckedAccounts checked = check_accounts(tx, *open.world);
        EXPECT_EQ(checked.accounts, 3) << "one of them the sandbox's own";
        EXPECT_TRUE(checked.problems.empty()) << checked.problems[0];
    });
}

// Another program's file is left as it was found.
TEST_F(OpenDatabaseTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
    db::write_and_wait(*db::open_sqlite({.path = path_}),
                       [](db::Tx& tx) { tx.run_script("CREATE TABLE song (name TEXT)"); });
    const auto read_file = [&] {
        std::ifstream file(path_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const std::string before = read_file();
    EXPECT_THROW((void)open_database(path_, Mode::production), db::Broken);
    EXPECT_THROW((void)open_existing_database(path_), db::Broken);
    EXPECT_TRUE(read_file() == before);
}

TEST_F(OpenDatabaseTest, SeedsInTheTransactionThatMakesTheTables) {
    const Seed failing = [](db::Tx& tx, World& world) {
        seed_sandbox(tx, world);
        throw db::Broken("cut off");
    };
    EXPECT_THROW((void)open_database(path_, Mode::sandbox, {}, failing), db::Broken);
    EXPECT_EQ(refusal(open_existing_database(path_)), "This database has never been served.");
    const OpenDatabase open = open_database(path_, Mode::sandbox, {}, seed_sandbox).value();
    db::read_and_wait(*open.database, [](db::Tx& tx) { EXPECT_TRUE(find_identity(tx, "sandbox-partner")); });
}

// As an older program left it when it was killed between the two.
TEST_F(OpenDatabaseTest, SeedsASandboxThatHasAnIdentityAndNothingElse) {
    (void)open_database(path_, Mode::sandbox).value();
    const OpenDatabase open = open_database(path_, Mode::sandbox, {}, seed_sandbox).value();
    EXPECT_FALSE(open.is_new);
    db::read_and_wait(*open.database, [](db::Tx& tx) { EXPECT_TRUE(find_identity(tx, "sandbox-partner")); });
}

TEST_F(OpenDatabaseTest, SeedsOnce) {
    int seeded = 0;
    const Seed seed = [&](db::Tx& tx, World& world) {
        ++seeded;
        seed_sandbox(tx, world);
    };
    (void)open_database(path_, Mode::sandbox, {}, seed).value();
    (void)open_database(path_, Mode::sandbox, {}, seed).value();
    EXPECT_EQ(seeded, 1);
}

// A leap of the machine's clock is none of the archive's either.
TEST_F(OpenDatabaseTest, ArchivesByTheClockOfItsRows) {
    constexpr std::int64_t then_ms = 1'800'000'000'000;
    const auto time = std::make_shared<SteadyTime>(
        SteadyTime::Clocks{.wall_ms = [] { return then_ms; }, .uptime_ms = [] { return std::int64_t{1'000}; }});
    Config config;
    config.archive_folder = folder_.file("archive");
    const auto archive = make_archive(config, time, {});
    const OpenDatabase open =
        open_database(path_, Mode::production, {}, {}, std::make_shared<db::Status>(), archive, time).value();
    archive->wait_for_snapshot();
    EXPECT_EQ(to_milliseconds(open.world->now()), then_ms);
    EXPECT_GE(archive->state().snapshot_taken, then_ms);
    EXPECT_LT(archive->state().snapshot_taken, then_ms + 1'000) << "it counts on where its clock stands still";
}

TEST(OpenPostgres, SaysWhereItIsThatItMayMakeNoTables) {
    const test::PostgresDatabase place;
    place.ask("CREATE ROLE guest LOGIN");
    std::string url = test::PostgresCluster::shared().url(place.name());
    url.replace(url.find("partnerd@"), 9, "guest@");
    try {
        (void)open_database(url, Mode::production);
        ADD_FAILURE() << "it was opened";
    } catch (const db::Broken& thrown) {
        const std::string sentence = thrown.what();
        EXPECT_NE(sentence.find("permission denied for schema public"), sentence.npos) << sentence;
        EXPECT_NE(sentence.find('/' + place.name() + " cannot be opened"), sentence.npos) << sentence;
    }
}

TEST(OpenPostgres, SaysWhereItIsThatItWasNeverServed) {
    const test::PostgresDatabase place;
    const std::string url = test::PostgresCluster::shared().url(place.name());
    const std::string sentence =
        db::read_postgres_address(url).value().shown + ": This database has never been served.";
    EXPECT_EQ(check_database_file(url).error().detail, sentence);
    EXPECT_EQ(plan_migration(url).error().detail, sentence);
}

TEST(OpenPostgres, LeavesTheTablesOfAnotherProgramAlone) {
    const test::PostgresDatabase place;
    place.ask("CREATE TABLE song (name TEXT)");
    place.ask("INSERT INTO song VALUES ('one')");
    const std::string url = test::PostgresCluster::shared().url(place.name());
    const auto opened = open_database(url, Mode::production);
    ASSERT_FALSE(opened.ok());
    const std::string shown = db::read_postgres_address(url).value().shown;
    EXPECT_EQ(opened.error().detail, shown + ": This is no database of ours: it has the tables of another program.");
    EXPECT_EQ(check_database_file(url).error().detail, opened.error().detail);
    EXPECT_EQ(plan_migration(url).error().detail, opened.error().detail);
    EXPECT_EQ(place.ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
              std::vector<std::string>{"song"});
    EXPECT_EQ(place.ask("SELECT name FROM song"), std::vector<std::string>{"one"});
}

}  // namespace
