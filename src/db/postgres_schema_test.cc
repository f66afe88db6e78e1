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

TEST(PostgresSchema, has_keys_that_lead_with_the_reseller) {
    EXPECT_THAT(
        translate_script("CREATE TABLE user_of (id INTEGER NOT NULL PRIMARY KEY, reseller_id INTEGER NOT NULL) STRICT;"
                         "CREATE TABLE account (\n    account_id INTEGER NOT NULL PRIMARY KEY,\n    reseller_id INTEGER"
                         " NOT NULL REFERENCES reseller (id)\n) STRICT;"),
        ElementsAre("CREATE TABLE user_of (id BIGINT NOT NULL, reseller_id BIGINT NOT NULL,"
                    " CONSTRAINT user_of_led_by_reseller PRIMARY KEY (reseller_id, id))",
                    "CREATE INDEX user_of_by_id ON user_of (id)",
                    "CREATE TABLE account (\n    account_id BIGINT NOT NULL,\n    reseller_id BIGINT"
                    " NOT NULL REFERENCES reseller (id)\n,"
                    " CONSTRAINT account_led_by_reseller PRIMARY KEY (reseller_id, account_id))",
                    "CREATE INDEX account_by_account_id ON account (account_id)"));
    EXPECT_THAT(translate_script("CREATE INDEX event_by_reseller ON event (reseller_id, id);"), IsEmpty())
        << "it is the key";
}

TEST(PostgresSchema, leaves_whole_what_is_of_no_tenant_or_unique_among_all) {
    for (const char* whole :
         {"CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY)", "CREATE TABLE t (reseller_id BIGINT NOT NULL PRIMARY KEY)",
          "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, of_reseller_id BIGINT)",
          "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, reseller_id BIGINT, secret BIGINT UNIQUE)",
          "CREATE INDEX event_by_reseller_too ON event (reseller_id, id)"})
        EXPECT_THAT(translate_script(whole), ElementsAre(whole));
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
