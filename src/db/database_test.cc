#include "db/database.h"

#include <gtest/gtest.h>

namespace {

using db::Row;
using db::Rows;

Rows three_columns() {
    Rows rows(3);
    rows.add(std::int64_t{7});
    rows.add("seven");
    rows.add(nullptr);
    rows.add(std::int64_t{8});
    rows.add("");
    rows.add(nullptr);
    return rows;
}

TEST(Rows, know_how_many_they_are) {
    EXPECT_EQ(three_columns().size(), 2u);
    EXPECT_FALSE(three_columns().empty());
    Rows none;
    none.set_changed(4);
    EXPECT_EQ(none.size(), 0u);
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(none.changed(), 4u);
}

TEST(Row, gives_each_column_as_what_it_is) {
    const Rows rows = three_columns();
    EXPECT_EQ(rows[0].integer(0), 7);
    EXPECT_EQ(rows[0].find_integer(0), 7);
    EXPECT_EQ(rows[0].text(1), "seven");
    EXPECT_EQ(rows[0].find_text(1), "seven");
    EXPECT_EQ(rows[1].integer(0), 8);
    EXPECT_EQ(rows[1].text(1), "");
}

TEST(Row, tells_null_from_empty) {
    const Rows rows = three_columns();
    EXPECT_EQ(rows[0].find_text(2), std::nullopt);
    EXPECT_EQ(rows[0].find_integer(2), std::nullopt);
    EXPECT_EQ(rows[1].find_text(1), "");
}

TEST(Row, refuses_a_column_of_another_type_and_one_that_is_not_there) {
    const Rows rows = three_columns();
    EXPECT_THROW(rows[0].text(0), db::Broken);
    EXPECT_THROW(rows[0].integer(1), db::Broken);
    EXPECT_THROW(rows[0].integer(2), db::Broken);
    EXPECT_THROW(rows[0].text(2), db::Broken);
    EXPECT_THROW(rows[0].find_text(0), db::Broken);
    EXPECT_THROW(rows[0].find_integer(1), db::Broken);
    EXPECT_THROW(rows[0].integer(3), db::Broken);
    EXPECT_THROW(rows[0].find_text(3), db::Broken);
}

TEST(Parameter, is_null_for_an_absent_optional) {
    EXPECT_EQ(db::Parameter(std::optional<std::int64_t>()).value().index(), 0u);
    EXPECT_EQ(db::Parameter(std::optional<std::int64_t>(0)).value().index(), 1u);
    EXPECT_EQ(db::Parameter(nullptr).value().index(), 0u);
    EXPECT_EQ(db::Parameter(std::string()).value().index(), 2u);
    EXPECT_EQ(std::get<std::int64_t>(db::Parameter(true).value()), 1);
}

}  // namespace
