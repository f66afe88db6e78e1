// Which statements cross tenants. The tenants' tables are partitioned by the hash of the reseller, as a stand-in for an
// engine that lays them on several nodes: PostgreSQL then refuses a key that does not contain the reseller, and the
// plan of a statement says which partitions it looks at. Both partitions of a table are two nodes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>

#include "store/migrate.h"
#include "tests/statements/statements.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using statements::Statement;

// Tables that each node has as a whole: what is there once, is looked up before anybody knows the reseller, or names
// who acts upon resellers of others; and what the driver keeps for itself.
const std::set<std::string> whole_tables = {
    "setting",       "reseller",        "domain",  "schema_version", "schema_works_from", "reseller_tree",
    "event_counted", "emails_to_rekey", "lease",   "credential",     "console_session",   "actor_name",
    "commit_marker", "generation",      "id_slot", "server_progress"};

bool is_part_of_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

bool has_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_part_of_word(text[at - 1])) && (end == text.size() || !is_part_of_word(text[end])))
            return true;
    }
    return false;
}

bool reads(const std::string& sql, const std::string& table) {
    return std::ranges::any_of(std::initializer_list<std::string>{"FROM ", "JOIN ", "UPDATE "},
                               [&](const std::string& verb) { return has_word(sql, verb + table); });
}

// A statement that is asked of one reseller: number 7. What a list of another kind would be told is not said.
std::string value_of(const Statement& statement, int number, bool is_text) {
    const std::string cast = "CAST($" + std::to_string(number) + (is_text ? " AS TEXT)" : " AS BIGINT)");
    const auto has = [&](const std::string& part) { return statement.sql.find(part) != std::string::npos; };
    const bool may_be_absent = has(cast + " IS NULL OR ");
    if (has("coalesce(" + cast) || has(cast + ") IS NULL") || (has(cast + " IS NULL") && !may_be_absent)) return "NULL";
    return is_text ? "'x'" : "7";
}

class SharedOut {
public:
    SharedOut() {
        {
            const auto opened = db::open_postgres(place_.options());
            if (!store::migrate(*opened).ok()) throw std::runtime_error("no tables");
            db::write_and_wait(*opened, [](db::Tx& tx) {
                tx.run_script("CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT");
            });
        }
        for (const std::string& table : place_.ask("SELECT relname FROM pg_class WHERE relkind = 'r' AND"
                                                   " relnamespace = CAST('public' AS regnamespace) ORDER BY relname"))
            if (!whole_tables.contains(table)) tables_.push_back(table);
    }

    // Of tenants, as the schema has them.
    const std::vector<std::string>& tables() const { return tables_; }
    std::vector<std::string> ask(const std::string& sql) const { return place_.ask(sql); }

    // Throws where a key does not contain the reseller, or there is none.
    void share_out() {
        for (const std::string& table : tables_) {
            ask("CREATE TABLE shared_out (LIKE " + table + " INCLUDING ALL) PARTITION BY HASH (reseller_id)");
            ask("DROP TABLE " + table);
            ask("ALTER TABLE shared_out RENAME TO " + table);
            for (const char* number : {"0", "1"})
                ask("CREATE TABLE " + table + "__" + number + " PARTITION OF " + table +
                    " FOR VALUES WITH (MODULUS 2, REMAINDER " + number + ")");
        }
        connection_.reset(PQconnectdb(test::PostgresCluster::shared().url(place_.name()).c_str()));
        // A condition that is never true with these values would be left out, and with it what it looks at.
        for (const char* setting : {"SET plan_cache_mode = force_custom_plan", "SET constraint_exclusion = off"})
            PQclear(PQexec(connection_.get(), setting));
    }

    // As it is executed for one reseller; empty: it cannot be.
    std::string plan_of(const Statement& statement) {
        constexpr Oid text = 25;
        const std::string name = statement.name;
        const Answer prepared(PQprepare(connection_.get(), name.c_str(), statement.sql.c_str(), 0, nullptr), PQclear);
        const Answer described(PQdescribePrepared(connection_.get(), name.c_str()), PQclear);
        std::string values;
        for (int i = 0; i < PQnparams(described.get()); ++i)
            values += (i == 0 ? "(" : ", ") + value_of(statement, i + 1, PQparamtype(described.get(), i) == text);
        if (!values.empty()) values += ')';
        const Answer explained(PQexec(connection_.get(), ("EXPLAIN EXECUTE " + name + values).c_str()), PQclear);
        EXPECT_EQ(PQresultStatus(explained.get()), PGRES_TUPLES_OK)
            << statement.file << ": " << name << ": " << PQerrorMessage(connection_.get());
        std::string plan;
        for (int row = 0; row < PQntuples(explained.get()); ++row)
            plan += std::string(PQgetvalue(explained.get(), row, 0)) + '\n';
        return plan;
    }

private:
    using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

    test::PostgresDatabase place_;
    std::vector<std::string> tables_;
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_{nullptr, PQfinish};
};

// "name: why", a line each.
std::map<std::string, std::string> listed() {
    std::map<std::string, std::string> found;
    std::ifstream file(std::string(PARTNERD_SOURCE_DIR) + "/tests/statements/crossing.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos || colon + 2 == line.size())
            ADD_FAILURE() << line << ": why?";
        else if (!found.emplace(line.substr(0, colon), line.substr(colon + 2)).second)
            ADD_FAILURE() << line << " is there twice";
    }
    return found;
}

TEST(Crossing, each_tenant_table_has_keys_that_lead_with_the_reseller) {
    const SharedOut database;
    EXPECT_GT(database.tables().size(), 30u);
    for (const std::string& table : database.tables()) {
        EXPECT_THAT(database.ask("SELECT a.attname FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND"
                                 " a.attnum = x.indkey[0] WHERE x.indisprimary AND x.indrelid = CAST('" +
                                 table + "' AS regclass)"),
                    testing::ElementsAre("reseller_id"))
            << table << ": what is of no reseller is named in whole_tables";
        EXPECT_THAT(database.ask("SELECT CAST(x.indexrelid AS regclass) FROM pg_index x JOIN pg_attribute a ON"
                                 " a.attrelid = x.indrelid AND a.attnum = x.indkey[0] WHERE x.indisunique AND"
                                 " a.attname <> 'reseller_id' AND x.indrelid = CAST('" +
                                 table + "' AS regclass)"),
                    testing::IsEmpty())
            << table;
    }
}

TEST(Crossing, statements_look_at_one_reseller_but_for_those_that_are_listed) {
    SharedOut database;
    ASSERT_NO_THROW(database.share_out());
    std::map<std::string, std::string> expected = listed();
    const std::vector<Statement> all = statements::all_statements();
    const std::string numbers = "of " + std::to_string(all.size()) + " statements " + std::to_string(expected.size()) +
                                " look across resellers";
    std::ifstream document(std::string(PARTNERD_SOURCE_DIR) + "/docs/scale.md");
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(document), {}), testing::HasSubstr(numbers));
    for (const Statement& statement : all) {
        const std::string plan = database.plan_of(statement);
        std::string crossed;
        for (const std::string& table : database.tables()) {
            const bool looks_at_first = has_word(plan, table + "__0");
            const bool looks_at_second = has_word(plan, table + "__1");
            if (looks_at_first && looks_at_second) crossed += ' ' + table;
            if (!statement.sql.starts_with("INSERT ") && reads(statement.sql, table)) {
                EXPECT_TRUE(looks_at_first || looks_at_second)
                    << statement.file << ": " << statement.name << ": nothing can be said of " << table << '\n'
                    << plan;
            }
        }
        const bool is_listed = expected.erase(statement.name) > 0;
        EXPECT_TRUE(crossed.empty() || is_listed)
            << statement.file << ": " << statement.name << " looks at all resellers'" << crossed
            << ": it compares the reseller, or is listed in crossing.txt\n"
            << plan;
        EXPECT_TRUE(!crossed.empty() || !is_listed)
            << statement.file << ": " << statement.name << " crosses no more: it leaves crossing.txt";
    }
    for (const auto& [name, why] : expected) ADD_FAILURE() << name << ": there is no such statement";
}

// A reseller that is not compared is seen.
TEST(Crossing, is_seen_where_the_reseller_is_not_compared) {
    SharedOut database;
    database.share_out();
    const auto crosses = [&](const char* name, const char* sql) {
        const std::string plan = database.plan_of({.file = "here", .name = name, .sql = sql});
        return has_word(plan, "account__0") && has_word(plan, "account__1");
    };
    EXPECT_FALSE(crosses("one",
                         "SELECT a.id FROM subscription s JOIN account a ON a.reseller_id = s.reseller_id"
                         " AND a.id = s.account_id WHERE s.reseller_id = $1"));
    EXPECT_TRUE(crosses("two",
                        "SELECT a.id FROM subscription s JOIN account a ON a.id = s.account_id"
                        " WHERE s.reseller_id = $1"));
    EXPECT_TRUE(crosses("three", "SELECT a.id FROM account a WHERE a.id = $1"));
    EXPECT_FALSE(crosses("four", "UPDATE account SET holds = 1 WHERE reseller_id = $1 AND id = $2"));
}

}  // namespace
