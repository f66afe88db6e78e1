// Each statement is written once and runs on both databases. What PREPARE alone does not show is looked for in the
// text.

#include "tests/statements/statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <map>
#include <memory>
#include <set>

#include "db/sqlite.h"
#include "store/migrate.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using statements::Statement;

const std::vector<Statement>& all() {
    static const std::vector<Statement> statements = statements::all_statements();
    return statements;
}

std::string label(const Statement& statement) { return statement.file + ": " + statement.name; }

TEST(Statements, are_found_in_what_the_preprocessor_makes_of_a_source) {
    const auto found = statements::find_statements(
        "# 1 \"other.h\"\nQuery q{\"elsewhere\", \"SELECT 0\"};\n# 7 \"a/own.cc\" 2\nconstexpr Query q{\"one\", "
        "\"SELECT \\\"x\\\"\"\n"
        "\" FROM t\"};\nint m{5}; Query two[] = {{\"first\", \"DELETE FROM t\"}, {\"second\",\n\"UPDATE t SET a = "
        "'\\n'\"}};\n"
        "Word w{\"one\", \"other\"};\n",
        "a/own.cc");
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].file, "own.cc");
    EXPECT_EQ(found[0].name, "one");
    EXPECT_EQ(found[0].sql, "SELECT \"x\" FROM t");
    EXPECT_EQ(found[1].sql, "DELETE FROM t");
    EXPECT_EQ(found[2].sql, "UPDATE t SET a = '\n'");
}

// A search that finds too little would let all that follows pass.
TEST(Statements, are_as_many_as_there_are) {
    EXPECT_GT(all().size(), 300u);
    std::map<std::string, int> names;
    for (const Statement& statement : all()) ++names[statement.name];
    for (const auto& [name, count] : names) EXPECT_EQ(count, 1) << name << " is the name of two statements";
    EXPECT_TRUE(names.contains("insert_account"));
    EXPECT_TRUE(names.contains("delete_everything") || names.contains("delete_all_accounts"));
    EXPECT_TRUE(names.contains("list_any_customers_sorted"));
}

TEST(Statements, name_neither_database) {
    for (const Statement& statement : all())
        for (const char* word : {"sqlite", "pragma", "rowid", "pg_", "information_schema", "char(", "strpos"})
            EXPECT_EQ(statement.sql.find(word), std::string::npos) << label(statement) << ": " << word;
}

// SQLite's LIKE takes "a" for "A".
TEST(Statements, compare_by_patterns_in_small_letters_only) {
    for (const Statement& statement : all())
        for (std::size_t at = statement.sql.find(" LIKE "); at != std::string::npos;
             at = statement.sql.find(" LIKE ", at + 1))
            EXPECT_TRUE(statement.sql.substr(0, at).ends_with("lower(email)")) << label(statement);
}

TEST(Statements, are_prepared_by_sqlite) {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("test.db");
    {
        const auto database = db::open_sqlite({.path = path});
        ASSERT_TRUE(store::migrate(*database).ok());
        db::write_and_wait(*database, [](db::Tx& tx) {
            tx.run_script("CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT");  // of a newer program's
        });
    }
    sqlite3* opened = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &opened), SQLITE_OK);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle(opened, sqlite3_close);
    for (const Statement& statement : all()) {
        sqlite3_stmt* prepared = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(opened, statement.sql.c_str(), -1, &prepared, nullptr), SQLITE_OK)
            << label(statement) << ": " << sqlite3_errmsg(opened);
        sqlite3_finalize(prepared);
    }
}

// All parameters and results are 64-bit integers or texts; counts of constants may be shorter.
TEST(Statements, are_prepared_by_postgres_with_types_that_the_driver_knows) {
    constexpr Oid bigint = 20, integer = 23, text = 25;
    const test::PostgresDatabase database;
    {
        const auto opened = db::open_postgres(database.options());
        ASSERT_TRUE(store::migrate(*opened).ok());
        db::write_and_wait(*opened, [](db::Tx& tx) {
            tx.run_script("CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT");
        });
    }
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(
        PQconnectdb(test::PostgresCluster::shared().url(database.name()).c_str()), PQfinish);
    using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;
    int number = 0;
    for (const Statement& statement : all()) {
        const std::string name = "s" + std::to_string(++number);
        const Answer prepared(PQprepare(connection.get(), name.c_str(), statement.sql.c_str(), 0, nullptr), PQclear);
        EXPECT_EQ(PQresultStatus(prepared.get()), PGRES_COMMAND_OK)
            << label(statement) << ": " << PQerrorMessage(connection.get());
        const Answer described(PQdescribePrepared(connection.get(), name.c_str()), PQclear);
        for (int i = 0; i < PQnparams(described.get()); ++i) {
            const Oid type = PQparamtype(described.get(), i);
            EXPECT_TRUE(type == bigint || type == text)
                << label(statement) << ": the type of $" << i + 1 << " is " << type;
        }
        for (int i = 0; i < PQnfields(described.get()); ++i) {
            const Oid type = PQftype(described.get(), i);
            EXPECT_TRUE(type == bigint || type == integer || type == text)
                << label(statement) << ": the type of column " << i + 1 << " is " << type;
        }
    }
}

}  // namespace
