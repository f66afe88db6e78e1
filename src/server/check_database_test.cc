#include "server/check_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "engine/access/authenticate.h"
#include "engine/accounts/open_account.h"
#include "server/open.h"
#include "server/sandbox.h"
#include "store/recognise.h"
#include "tests/testing/fresh_database.h"

namespace {

using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

Files read_all(const std::filesystem::path& folder) {
    Files files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        files[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
}

void run_sql(const std::string& path, const char* sql) {
    db::write_and_wait(*db::open_sqlite({.path = path}), [sql](db::Tx& tx) { tx.run_script(sql); });
}

class CheckDatabaseTest : public testing::Test {
protected:
    OpenDatabase open() { return open_database(path_, Mode::sandbox, {}, seed_sandbox).value(); }

    static void open_one_account(OpenDatabase& open, const std::string& uid) {
        db::write_and_wait(*open.database, [&](db::Tx& tx) {
            const Caller caller = accept_identity(*open.world, find_identity(tx, "sandbox-partner").value(),
                                                  CredentialKind::partner_token)
                                      .value();
            ASSERT_TRUE(open_account(tx, *open.world, caller, {.uid = uid, .domain = "b5test.com"}).ok());
        });
    }

    // A database that was closed in order.
    void make_one() {
        OpenDatabase opened = open();
        open_one_account(opened, "a");
    }

    // One whose server was killed, with an account that stands in the WAL alone.
    void leave_one_behind() {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t process = fork();
        if (process == 0) {
            OpenDatabase opened = open();
            open_one_account(opened, "a");
            [[maybe_unused]] const ssize_t said = ::write(ends[1], "+", 1);
            while (true) pause();
        }
        char said = 0;
        ASSERT_EQ(::read(ends[0], &said, 1), 1);
        close(ends[0]);
        close(ends[1]);
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
        ASSERT_GT(std::filesystem::file_size(path_ + "-wal"), 0u);
    }

    // How many accounts there are, if all is well; else what is wrong.
    std::string check() {
        const auto checked = check_database_file(path_);
        if (!checked.ok()) return checked.error().detail;
        std::string problems;
        for (const std::string& problem : checked.value().file_problems) problems += problem + '\n';
        for (const std::string& problem : checked.value().accounts.problems) problems += problem + '\n';
        return problems.empty() ? std::to_string(checked.value().accounts.accounts) + " accounts" : problems;
    }

    // The same, and that nothing at all has been changed by looking.
    std::string check_leaving_all_as_it_is() {
        const Files before = read_all(folder_.file("."));
        const std::string found = check();
        EXPECT_TRUE(read_all(folder_.file(".")) == before);
        return found;
    }

    TemporaryFolder folder_;
    const std::string path_ = folder_.file("partnerd.db");
    static constexpr const char* all_well = "2 accounts";  // one of them the sandbox's own
};

TEST_F(CheckDatabaseTest, ChangesNothingOfADatabaseThatNobodyHasOpen) {
    make_one();
    EXPECT_EQ(check_leaving_all_as_it_is(), all_well);
}

TEST_F(CheckDatabaseTest, ReadsTheWalThatAKilledServerHasLeftAndChangesNothing) {
    leave_one_behind();
    EXPECT_EQ(check_leaving_all_as_it_is(), all_well);
    std::filesystem::remove(path_ + "-shm");
    EXPECT_EQ(check_leaving_all_as_it_is(), all_well);
}

TEST_F(CheckDatabaseTest, WorksWhereNothingMayBeWritten) {
    leave_one_behind();
    std::filesystem::remove(path_ + "-shm");
    for (const char* suffix : {"", "-wal", "-lock"}) ASSERT_EQ(chmod((path_ + suffix).c_str(), 0400), 0);
    ASSERT_EQ(chmod(folder_.file(".").c_str(), 0500), 0);
    EXPECT_EQ(check_leaving_all_as_it_is(), all_well);
    ASSERT_EQ(chmod(folder_.file(".").c_str(), 0700), 0);
}

TEST_F(CheckDatabaseTest, LooksAtWhatIsCommittedBesideARunningServer) {
    OpenDatabase opened = open();
    open_one_account(opened, "a");
    EXPECT_EQ(check(), all_well);
    open_one_account(opened, "b");
    EXPECT_EQ(check(), "3 accounts");
    EXPECT_EQ(opened.database->check_integrity(), std::vector<std::string>());
}

// Its WAL is not to be found by that name.
TEST_F(CheckDatabaseTest, RefusesAServedFileByAnotherOfItsNames) {
    const OpenDatabase opened = open();
    std::filesystem::create_hard_link(path_, folder_.file("second.db"));
    EXPECT_THROW(check_database_file(folder_.file("second.db")), db::Unavailable);
}

TEST_F(CheckDatabaseTest, ChecksAnOlderSchemaOnACopy) {
    const std::vector<EmbeddedFile> older(store::schema_files.begin(), store::schema_files.end() - 1);
    {
        const auto database = db::open_sqlite({.path = path_});
        ASSERT_TRUE(store::migrate(*database, older).ok());
        db::write_and_wait(*database,
                           [](db::Tx& tx) { ASSERT_TRUE(establish_identity(tx, {}, Mode::production).ok()); });
    }
    EXPECT_EQ(check_leaving_all_as_it_is(), "0 accounts");
    EXPECT_EQ(check_database_file(path_).value().version, static_cast<int>(older.size()));
}

TEST_F(CheckDatabaseTest, SaysWhenAnOlderSchemaCannotBeBroughtUpToDate) {
    const std::vector<EmbeddedFile> older(store::schema_files.begin(), store::schema_files.end() - 1);
    ASSERT_TRUE(store::migrate(*db::open_sqlite({.path = path_}), older).ok());
    run_sql(path_, "ALTER TABLE workflow_run ADD COLUMN inputs_shown TEXT");  // what the newest one adds
    EXPECT_THAT(check_leaving_all_as_it_is(), HasSubstr("cannot be brought from version"));
}

TEST_F(CheckDatabaseTest, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
    run_sql(path_, "CREATE TABLE song (name TEXT); INSERT INTO song VALUES ('x')");
    EXPECT_EQ(check_leaving_all_as_it_is(), path_ + " is no database of ours: it has the tables of another program.");
    run_sql(path_, "PRAGMA application_id = 252006674");
    EXPECT_EQ(check_leaving_all_as_it_is(),
              path_ + " is no database of ours: it belongs to another program (application id 252006674).");
    run_sql(path_,
            "CREATE TABLE schema_version (version INTEGER, name TEXT); PRAGMA application_id = 0;"
            "INSERT INTO schema_version VALUES (1, 'songs')");
    EXPECT_EQ(check_leaving_all_as_it_is(), path_ + " is no database of ours: it has the tables of another program.");
}

TEST_F(CheckDatabaseTest, RefusesWhatIsNoDatabaseOrHasNeverBeenServed) {
    EXPECT_EQ(check(), "There is no database " + path_ + ".");
    std::ofstream(path_) << "";
    EXPECT_EQ(check_leaving_all_as_it_is(), "This database has never been served.");
    std::ofstream(path_) << std::string(10'000, 'x');
    EXPECT_THROW(check(), db::Broken);
    std::filesystem::remove(path_);
    ASSERT_TRUE(store::migrate(*db::open_sqlite({.path = path_})).ok());
    EXPECT_EQ(check(), "This database has never been served.");
}

TEST_F(CheckDatabaseTest, FindsWhatAServerWouldStumbleOver) {
    make_one();
    run_sql(path_, "DROP INDEX account_by_state");
    EXPECT_EQ(check(), "the index account_by_state is missing\n");
    run_sql(path_,
            "ALTER TABLE account RENAME COLUMN domain TO site; DROP TABLE parent_change;"
            "CREATE TRIGGER gone AFTER INSERT ON account BEGIN DELETE FROM event; END");
    EXPECT_THAT(check(), HasSubstr("the column account.domain is missing\n"));
    EXPECT_THAT(check(), HasSubstr("the table parent_change is missing\n"));
    EXPECT_THAT(check(), HasSubstr("the trigger gone is not ours\n"));
}

TEST_F(CheckDatabaseTest, SaysWhenTheSealingKeyIsDamaged) {
    make_one();
    run_sql(path_, "UPDATE setting SET value = 'abcd' WHERE name = 'sealing_key'");
    EXPECT_THROW(check(), db::Broken);
}

TEST_F(CheckDatabaseTest, ADatabaseBearsOurNumber) {
    make_one();
    std::ifstream file(path_, std::ios::binary);
    file.seekg(68);
    std::string number(4, '\0');
    file.read(number.data(), 4);
    EXPECT_EQ(number, "PRND");
}

}  // namespace
