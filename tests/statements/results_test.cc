// The same rows in both databases, the same parameters to each statement that reads: the same answers, order included.

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "db/sqlite.h"
#include "store/migrate.h"
#include "tests/statements/statements.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using statements::Statement;
using Value = std::optional<std::string>;  // absent: NULL
using Row = std::vector<Value>;

constexpr int rows_of_a_table = 60;
constexpr int tries_of_a_statement = 10;

// Words that American English orders otherwise than bytes do.
constexpr const char* words[] = {"",
                                 "a",
                                 "A",
                                 "b",
                                 "B",
                                 "ab",
                                 "a b",
                                 "a-b",
                                 "a_b",
                                 "z",
                                 "Z",
                                 "1",
                                 "10",
                                 "2",
                                 "\xc3\xa9",
                                 "e",
                                 "\xf0\x9f\x98\x80",
                                 "5\n7\n",
                                 "a,b,"};

class Source {
public:
    bool flips(int one_in) { return random_() % static_cast<unsigned>(one_in) == 0; }
    std::string number() { return std::to_string(random_() % 6); }
    std::string word() { return words[random_() % std::size(words)]; }

private:
    std::mt19937 random_{7};
};

class BothDatabases {
public:
    BothDatabases() {
        {
            const auto sqlite = db::open_sqlite({.path = folder_.file("test.db")});
            const auto postgres = db::open_postgres(place_.options());
            for (db::Database* database : {sqlite.get(), postgres.get()}) {
                if (!store::migrate(*database).ok()) throw std::runtime_error("no tables");
                db::write_and_wait(*database, [](db::Tx& tx) {
                    tx.run_script("CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT");
                });
            }
            db::read_and_wait(*sqlite, [&](db::Tx& tx) { objects_ = tx.list_schema(); });
        }
        sqlite3_open(folder_.file("test.db").c_str(), &sqlite_);
        postgres_ = PQconnectdb(test::PostgresCluster::shared().url(place_.name()).c_str());
    }
    ~BothDatabases() {
        sqlite3_close(sqlite_);
        PQfinish(postgres_);
    }
    BothDatabases(const BothDatabases&) = delete;

    // "account" -> its columns, each with whether it is an integer and whether it may be NULL.
    struct Column {
        std::string name;
        bool is_integer;
        bool may_be_null;
    };
    std::map<std::string, std::vector<Column>> tables() const {
        std::map<std::string, std::vector<Column>> found;
        for (const db::SchemaObject& object : objects_) {
            if (object.kind != db::SchemaObject::Kind::column) continue;
            const std::size_t dot = object.name.find('.');
            found[object.name.substr(0, dot)].push_back({object.name.substr(dot + 1),
                                                         object.what.starts_with("INTEGER"),
                                                         object.what.find(" 0 ") != std::string::npos});
        }
        return found;
    }

    std::vector<Row> ask_sqlite(const std::string& sql, const Row& parameters, const std::vector<bool>& are_integers) {
        sqlite3_stmt* prepared = nullptr;
        if (sqlite3_prepare_v2(sqlite_, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(sqlite_));
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const int index = sqlite3_bind_parameter_index(prepared, ("$" + std::to_string(i + 1)).c_str());
            if (!parameters[i])
                sqlite3_bind_null(prepared, index);
            else if (are_integers[i])
                sqlite3_bind_int64(prepared, index, std::stoll(*parameters[i]));
            else
                sqlite3_bind_text(prepared, index, parameters[i]->c_str(), -1, SQLITE_TRANSIENT);
        }
        std::vector<Row> rows;
        int code = SQLITE_ROW;
        while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
            rows.emplace_back();
            for (int column = 0; column < sqlite3_column_count(prepared); ++column) {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, column));
                rows.back().push_back(text == nullptr ? Value() : Value(text));
            }
        }
        if (code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(sqlite_));
        return rows;
    }

    std::vector<Row> ask_postgres(const std::string& sql, const Row& parameters) {
        std::vector<const char*> values;
        for (const Value& value : parameters) values.push_back(value ? value->c_str() : nullptr);
        const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
            PQexecParams(postgres_, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                         nullptr, 0),
            PQclear);
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK && PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            throw std::runtime_error(PQerrorMessage(postgres_));
        std::vector<Row> rows;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            rows.emplace_back();
            for (int column = 0; column < PQnfields(result.get()); ++column)
                rows.back().push_back(PQgetisnull(result.get(), row, column) == 1
                                          ? Value()
                                          : Value(PQgetvalue(result.get(), row, column)));
        }
        return rows;
    }

    void run_on_both(const std::string& sql) {
        ask_sqlite(sql, {}, {});
        ask_postgres(sql, {});
    }

    // Which parameters are integers; the rest are texts.
    std::vector<bool> parameters_of(const std::string& sql) {
        constexpr Oid bigint = 20;
        PQclear(PQprepare(postgres_, "", sql.c_str(), 0, nullptr));
        const std::unique_ptr<PGresult, void (*)(PGresult*)> described(PQdescribePrepared(postgres_, ""), PQclear);
        std::vector<bool> are_integers;
        for (int i = 0; i < PQnparams(described.get()); ++i)
            are_integers.push_back(PQparamtype(described.get(), i) == bigint);
        return are_integers;
    }

private:
    test::TemporaryFolder folder_;
    test::PostgresDatabase place_;
    std::vector<db::SchemaObject> objects_;
    sqlite3* sqlite_ = nullptr;
    PGconn* postgres_ = nullptr;
};

// What would break a key is left out of both.
void fill(BothDatabases& both, Source& source, const std::string& table,
          const std::vector<BothDatabases::Column>& columns) {
    std::string names, places;
    std::vector<bool> are_integers;
    for (const auto& column : columns) {
        names += (names.empty() ? "" : ", ") + column.name;
        places += (places.empty() ? "$" : ", $") + std::to_string(are_integers.size() + 1);
        are_integers.push_back(column.is_integer);
    }
    const std::string sql = "INSERT INTO " + table + " (" + names + ") VALUES (" + places + ") ON CONFLICT DO NOTHING";
    for (int i = 0; i < rows_of_a_table; ++i) {
        Row row;
        for (const auto& column : columns) {
            const bool is_own_id =
                column.name == "id" || (column.name == "account_id" && column.name == columns[0].name);
            if (column.may_be_null && source.flips(3))
                row.emplace_back();
            else if (is_own_id)
                row.emplace_back(std::to_string(i));
            else
                row.emplace_back(column.is_integer ? source.number() : source.word());
        }
        if (table == "reseller") row[1] = i == 0 ? Value() : Value(std::to_string(i / 2));  // a tree
        both.ask_sqlite(sql, row, are_integers);
        both.ask_postgres(sql, row);
    }
}

std::string show(const std::vector<Row>& rows) {
    std::string text;
    for (const Row& row : rows) {
        for (const Value& value : row) text += (value ? *value : "NULL") + " | ";
        text += '\n';
    }
    return text;
}

TEST(Results, are_the_same_on_both_databases_order_included) {
    BothDatabases both;
    Source source;
    auto tables = both.tables();
    both.run_on_both("BEGIN");
    fill(both, source, "reseller", tables.at("reseller"));
    for (const auto& [table, columns] : tables)
        if (table != "reseller" && !table.starts_with("schema_")) fill(both, source, table, columns);
    both.run_on_both("COMMIT");
    int compared = 0, with_rows = 0;
    for (const Statement& statement : statements::all_statements()) {
        if (!statement.sql.starts_with("SELECT ") && !statement.sql.starts_with("WITH ")) continue;
        const std::vector<bool> are_integers = both.parameters_of(statement.sql);
        // Who asks for any of them, or all in any order, is told of whichever come.
        const bool is_ordered = statement.sql.find("ORDER BY") != std::string::npos;
        const bool is_any = !is_ordered && statement.sql.find(" LIMIT ") != std::string::npos;
        bool has_rows = false;
        for (int i = 0; i < tries_of_a_statement; ++i) {
            Row parameters;
            for (std::size_t at = 0; at < are_integers.size(); ++at) {
                const std::string cast =
                    "CAST($" + std::to_string(at + 1) + (are_integers[at] ? " AS BIGINT)" : " AS TEXT)");
                if (statement.sql.find(cast + " IS NULL") != std::string::npos && source.flips(2))
                    parameters.emplace_back();
                else
                    parameters.emplace_back(are_integers[at] ? source.number() : source.word());
                // A list of texts, each with a comma behind it, is taken apart until nothing is left.
                if (statement.sql.find(cast + " UNION ALL SELECT substr") != std::string::npos)
                    parameters.back() = source.word() + "," + source.word() + ",";
            }
            std::vector<Row> of_sqlite = both.ask_sqlite(statement.sql, parameters, are_integers);
            std::vector<Row> of_postgres = both.ask_postgres(statement.sql, parameters);
            has_rows |= !of_sqlite.empty();
            if (is_any) {
                EXPECT_EQ(of_sqlite.size(), of_postgres.size()) << statement.name;
                continue;
            }
            if (!is_ordered) std::sort(of_sqlite.begin(), of_sqlite.end());
            if (!is_ordered) std::sort(of_postgres.begin(), of_postgres.end());
            ASSERT_EQ(show(of_sqlite), show(of_postgres))
                << statement.file << ": " << statement.name << " with " << show({parameters});
        }
        ++compared;
        with_rows += has_rows;
    }
    EXPECT_GT(compared, 120);
    EXPECT_GT(with_rows, compared / 2) << "most of them have found nothing";
}

}  // namespace
