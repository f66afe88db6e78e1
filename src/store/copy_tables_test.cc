#include "store/copy_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/testing/fresh_database.h"

namespace {

using store::CopiedRow;
using store::CopiedTables;

class CopyTables : public testing::Test {
protected:
    CopyTables() {
        read([this](db::Tx& tx) { tables_ = store::list_copied_tables(tx); });
    }

    void read(const std::function<void(db::Tx&)>& work) { db::read_and_wait(*database_, work); }
    void write(const std::function<void(db::Tx&)>& work) { db::write_and_wait(*database_, work); }

    const store::CopiedTable& table(std::string_view name) {
        return **std::ranges::find_if(tables_, [&](const auto& table) { return table->name() == name; });
    }
    std::ptrdiff_t place_of(std::string_view name) {
        return std::ranges::find_if(tables_, [&](const auto& table) { return table->name() == name; }) -
               tables_.begin();
    }

    CopiedTables tables_;  // outlive the database
    FreshDatabase database_;
};

CopiedRow reseller(std::int64_t id, std::optional<std::int64_t> parent) {
    CopiedRow row{id,
                  std::monostate{},
                  std::string("R\xc3\xa9"),
                  std::int64_t{-60},
                  std::int64_t{1},
                  std::int64_t{INT64_MAX},
                  std::int64_t{INT64_MIN},
                  std::monostate{},
                  std::int64_t{1},
                  std::int64_t{1},
                  std::int64_t{1},
                  std::monostate{}};
    if (parent) row[1] = *parent;
    return row;
}

// Whoever adds a table adds nothing for it to be copied.
TEST_F(CopyTables, AreAllOfTheSchema) {
    std::vector<std::string> listed, wanted;
    for (const auto& table : tables_) listed.push_back(table->name());
    read([&](db::Tx& tx) {
        for (const db::SchemaObject& object : tx.list_schema())
            if (object.kind == db::SchemaObject::Kind::table && object.name != "schema_version" &&
                object.name != "lease")
                wanted.push_back(object.name);
    });
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(wanted));
    EXPECT_GT(listed.size(), 35u);
    for (const char* after : {"credential", "promotion", "plan", "reseller_right", "manager", "account_type",
                              "account_class", "attribute", "reseller_setting"})
        EXPECT_LT(place_of("reseller"), place_of(after)) << after;
    EXPECT_TRUE(table("reseller").refers_to_own());
    EXPECT_FALSE(table("reseller_tree").has_key());
}

TEST_F(CopyTables, HaveStatementsThatTheDatabaseTakes) {
    write([this](db::Tx& tx) {
        for (const auto& table : tables_) {
            EXPECT_EQ(table->count(tx) > 0, table->has_rows(tx)) << table->name();
            const auto rows = table->read(tx, nullptr, 1);
            if (!table->has_key()) continue;
            EXPECT_EQ(table->find_last(tx).has_value(), !rows.empty()) << table->name();
            CopiedRow above(table->columns().size());
            for (std::size_t i = 0; i < above.size(); ++i)
                above[i] = table->columns()[i].is_text ? store::CopiedValue(std::string("\xf4\x8f\xbf\xbf"))
                                                       : store::CopiedValue(std::int64_t{INT64_MAX});
            EXPECT_TRUE(table->read(tx, &above, 1).empty()) << table->name();
        }
    });
}

TEST_F(CopyTables, AreReadInLotsByTheKeyAndWrittenWithParentsAboveTheirChildren) {
    const std::vector<CopiedRow> rows = {reseller(1, std::nullopt), reseller(5, 9), reseller(9, 1)};
    const store::CopiedTable& resellers = table("reseller");
    ASSERT_EQ(resellers.columns().size(), rows[0].size());
    write([&](db::Tx& tx) {
        for (const CopiedRow& row : rows) resellers.insert(tx, row);
        for (const CopiedRow& row : rows) resellers.link(tx, row);
    });
    read([&](db::Tx& tx) {
        EXPECT_EQ(resellers.read(tx, nullptr, 2), (std::vector<CopiedRow>{rows[0], rows[1]}));
        EXPECT_EQ(resellers.read(tx, &rows[1], 2), (std::vector<CopiedRow>{rows[2]}));
        EXPECT_EQ(resellers.find_last(tx), rows[2]);
        EXPECT_EQ(resellers.count(tx), 3);
    });
}

TEST_F(CopyTables, AreOrderedByTheBytesOfTheirTextsInEveryDatabase) {
    const store::CopiedTable& domains = table("domain");
    std::vector<CopiedRow> rows;
    for (const char* name : {"", "A", "B", "a", "a b", "a-b", "a_b", "ab", "\xc3\xa9", "\xf0\x9f\x98\x80"})
        rows.push_back({std::string(name), std::int64_t{1}});
    write([&](db::Tx& tx) {
        for (const CopiedRow& row : rows) domains.insert(tx, row);
    });
    read([&](db::Tx& tx) {
        EXPECT_EQ(domains.read(tx, nullptr, 100), rows);
        for (std::size_t i = 0; i + 1 < rows.size(); ++i)
            EXPECT_EQ(domains.read(tx, &rows[i], 1), std::vector<CopiedRow>{rows[i + 1]});
    });
    EXPECT_EQ(domains.describe_key(rows[1]), "'A'");
}

TEST(CopiedRows, AreDigestedAlikeOnlyIfTheyAreEqual) {
    const auto digested = [](const CopiedRow& row) {
        std::string text;
        store::append_for_digest(text, row);
        return text;
    };
    EXPECT_NE(digested({std::string("1")}), digested({std::int64_t{1}}));
    EXPECT_NE(digested({std::string()}), digested({std::monostate{}}));
    EXPECT_NE(digested({std::string("a"), std::string("b")}), digested({std::string("ab"), std::string()}));
    EXPECT_NE(digested({std::string("a;t1:b")}), digested({std::string("a"), std::string("b")}));
}

}  // namespace
