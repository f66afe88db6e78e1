#include "server/key_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "engine/upkeep/stamp_keys.h"
#include "server/open.h"
#include "tests/testing/fresh_database.h"

namespace {

class KeyFileTest : public testing::Test {
protected:
    ~KeyFileTest() override { unsetenv("CREDENTIALS_DIRECTORY"); }

    // "ok", or why not, without the file's name.
    template <class T>
    std::string outcome(const Result<T>& result) {
        if (result.ok()) return "ok";
        const std::string& detail = result.error().detail;
        return detail.starts_with(path_) ? detail.substr(path_.size()) : detail;
    }

    static StampKeys new_keys() { return {.current = new_sealing_key(), .previous = {}}; }

    TemporaryFolder folder_;
    const std::string path_ = folder_.file("partnerd.key");
    const std::string database_ = folder_.file("p.db");
};

TEST_F(KeyFileTest, IsItsOwnersOnlyAndNeverOverwritten) {
    const StampKeys keys = new_keys();
    ASSERT_EQ(outcome(create_key_file(path_, keys)), "ok");
    struct stat status {};
    ASSERT_EQ(stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_EQ(outcome(create_key_file(path_, new_keys())), ": there is a file of that name already");
    EXPECT_EQ(read_key_file(path_).value().current, keys.current);
}

TEST_F(KeyFileTest, IsRefusedWhenOthersMayReadItOrItIsNone) {
    EXPECT_EQ(outcome(read_key_file(path_)), ": No such file or directory");
    ASSERT_EQ(outcome(create_key_file(path_, new_keys())), "ok");
    chmod(path_.c_str(), 0640);
    EXPECT_EQ(outcome(read_key_file(path_)), ": others may read this file of keys (chmod 600)");
    setenv("CREDENTIALS_DIRECTORY", path_.substr(0, path_.rfind('/')).c_str(), 1);
    EXPECT_EQ(outcome(read_key_file(path_)), "ok") << "systemd sees to that";
    chmod(path_.c_str(), 0600);
    std::ofstream(path_) << "something else\n";
    EXPECT_EQ(outcome(read_key_file(path_)), ": this is no file of keys of partnerd's");
}

TEST_F(KeyFileTest, IsReplacedAsAWhole) {
    const StampKeys first = new_keys();
    ASSERT_EQ(outcome(create_key_file(path_, first)), "ok");
    std::ofstream(path_ + ".next") << "left behind by somebody who was killed";
    const StampKeys second = rotate(first, new_sealing_key(), *parse_rfc3339("2026-03-01T00:00:00Z"));
    ASSERT_EQ(outcome(replace_key_file(path_, second)), "ok");
    EXPECT_EQ(read_key_file(path_).value().current, second.current);
    EXPECT_EQ(read_key_file(path_).value().previous->key, first.current);
    EXPECT_FALSE(std::filesystem::exists(path_ + ".next"));
}

TEST_F(KeyFileTest, IsTheOneThatIsNamedElseSystemdsElseNone) {
    EXPECT_EQ(choose_key_file(""), "");
    EXPECT_EQ(choose_key_file("named"), "named");
    setenv("CREDENTIALS_DIRECTORY", path_.substr(0, path_.rfind('/')).c_str(), 1);
    EXPECT_EQ(choose_key_file(""), "");
    ASSERT_EQ(outcome(create_key_file(path_, new_keys())), "ok");
    EXPECT_EQ(choose_key_file(""), path_);
    EXPECT_EQ(choose_key_file("named"), "named");
}

TEST_F(KeyFileTest, IsNeededFromThenOnAndTheDatabaseAloneForgesNothing) {
    const StampKeys keys = new_keys();
    ASSERT_EQ(outcome(create_key_file(path_, keys)), "ok");
    {
        OpenDatabase open = open_database(database_, Mode::production).value();
        EXPECT_EQ(outcome(use_key_file(open, "")), "ok") << "a database has keys of its own";
        EXPECT_EQ(open.world->stamp_keys().current, open.world->sealing_key());
        ASSERT_EQ(outcome(use_key_file(open, path_)), "ok");
        EXPECT_EQ(open.world->stamp_keys().current, keys.current);
        EXPECT_NE(open.world->sealing_key(), keys.current) << "that of identifiers stays";
    }
    OpenDatabase open = open_database(database_, Mode::production).value();
    EXPECT_EQ(outcome(use_key_file(open, "")),
              "The keys of this database's sessions are in a file of their own: name it with --key-file.");
    EXPECT_EQ(outcome(use_key_file(open, folder_.file("none"))).substr(folder_.file("none").size()),
              ": No such file or directory");
    EXPECT_EQ(outcome(use_key_file(open, path_)), "ok");
}

TEST_F(KeyFileTest, OfADatabaseMayBeRotatedToo) {
    SealingKey first{}, second = new_sealing_key();
    {
        const OpenDatabase open = open_database(database_, Mode::production).value();
        first = open.world->stamp_keys().current;
        const StampKeys next = rotate(open.world->stamp_keys(), second, open.world->now());
        db::write_and_wait(*open.database, [&](db::Tx& tx) { put_stamp_keys(tx, next); });
    }
    const OpenDatabase open = open_database(database_, Mode::production).value();
    EXPECT_EQ(open.world->stamp_keys().current, second);
    EXPECT_EQ(open.world->stamp_keys().previous->key, first);
    EXPECT_EQ(open.world->sealing_key(), first);
}

}  // namespace
