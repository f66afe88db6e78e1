// A sandbox that is reset is as it was when it was new, whatever tables there are by now.

#include <gtest/gtest.h>

#include <list>
#include <map>

#include "engine/upkeep/reset_sandbox.h"
#include "server/sandbox.h"
#include "tests/testing/fresh_database.h"
#include "tests/testing/test_world.h"

namespace {

class ResetTest : public testing::Test {
protected:
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    std::int64_t count(db::Tx& tx, const std::string& table) {
        queries_.push_back("SELECT count(*) FROM " + table);
        return tx.run({"count", queries_.back()}, {})[0].integer(0);
    }

    std::map<std::string, std::int64_t> count_rows() {
        std::map<std::string, std::int64_t> counts;
        db::read_and_wait(*database_, [&](db::Tx& tx) {
            const db::Rows tables = tx.run(
                {"tables", "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"}, {});
            for (std::size_t i = 0; i < tables.size(); ++i) counts[tables[i].text(0)] = count(tx, tables[i].text(0));
        });
        return counts;
    }

    TestWorld world_;
    std::list<std::string> queries_;
    FreshDatabase database_;
};

TEST_F(ResetTest, ASandboxIsAsItWasWhenItWasNew) {
    write([&](db::Tx& tx) { seed_sandbox(tx, world_); });
    const auto when_new = count_rows();
    EXPECT_GT(when_new.at("reseller"), 0);
    EXPECT_GT(when_new.at("manager"), 0);
    for (int i = 0; i < 2; ++i) {
        write([&](db::Tx& tx) { reset_sandbox(tx, world_, seed_sandbox); });
        EXPECT_EQ(count_rows(), when_new);
    }
}

}  // namespace
