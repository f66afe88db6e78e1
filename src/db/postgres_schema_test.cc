#include "db/postgres_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using db::postgres::translate_script;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(PostgresSchema, has_types_of_its_own) {
    EXPECT_THAT(translate_script("CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b TEXT NOT NULL DEFAULT '') STRICT;\n"
                                 "CREATE TABLE u (INTEGERS INTEGER, PRIMARY KEY (INTEGERS)) STRICT, WITHOUT ROWID;"),
                ElementsAre("CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY, b TEXT COLLATE \"C\" NOT NULL DEFAULT '')",
                            "CREATE TABLE u (INTEGERS BIGINT, PRIMARY KEY (INTEGERS))"));
}

TEST(PostgresSchema, is_taken_apart_where_its_statements_end) {
    EXPECT_THAT(translate_script("-- One; two.\nINSERT INTO t VALUES ('a;b', 'it''s -- TEXT'); -- INTEGER\n\n"
                                 "DELETE FROM \"a;b\" -- done\n"),
                ElementsAre("INSERT INTO t VALUES ('a;b', 'it''s -- TEXT')", "DELETE FROM \"a;b\""));
    EXPECT_THAT(translate_script(""), IsEmpty());
    EXPECT_THAT(translate_script(" ; -- nothing"), IsEmpty());
    EXPECT_THROW(translate_script("SELECT 'open"), db::Broken);
}

TEST(PostgresSchema, has_no_number_that_says_whose_it_is) {
    EXPECT_THAT(translate_script("PRAGMA application_id = 7;\nDROP TABLE t;"), ElementsAre("DROP TABLE t"));
}

}  // namespace
