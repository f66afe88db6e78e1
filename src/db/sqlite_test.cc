#include "db/sqlite.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>

namespace {

TEST(Sqlite, keeps_what_was_written) {
    const std::string folder = testing::TempDir() + "sqlite_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directory(folder);
    auto database = db::open_sqlite({.path = folder + "/test.db"});
    db::write_and_wait(*database, [](db::Tx& tx) {
        tx.run_script("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT");
        EXPECT_EQ(tx.run({"i", "INSERT INTO t (b, a) VALUES ($2, $1)"}, {1, "x"}).changed(), 1u);
    });
    db::read_and_wait(*database, [](db::Tx& tx) {
        const db::Rows rows = tx.run({"s", "SELECT a, b FROM t"}, {});
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(rows[0].integer(0), 1);
        EXPECT_EQ(rows[0].text(1), "x");
    });
    EXPECT_THROW(db::open_sqlite({.path = folder + "/test.db"}), db::Unavailable);
    database.reset();
    EXPECT_FALSE(std::filesystem::exists(folder + "/test.db-wal"));
    std::filesystem::remove_all(folder);
}

}  // namespace
