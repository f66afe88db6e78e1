// How much of a large database each statement looks at. On 100,000 accounts, most of them one reseller's, PostgreSQL
// executes it by the plan that it has in the server, and says how many pages it has touched: a number that must not
// grow with the accounts. Pages are counted, never time. What touches more is in plans.txt.

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <utility>

#include "store/migrate.h"
#include "tests/statements/statements.h"
#include "tests/testing/postgres_cluster.h"

namespace {

using statements::Statement;
using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

// Beside one for each row that a statement returns, of which there are as many as a page has where it says how many.
constexpr long pages_of_a_statement = 150;
constexpr const char* rows_of_a_page = "10";

// The rows of each table have the numbers around `asked` (30,001 to 70,000, say), which is what statements ask for, in
// all tables alike. It is also the reseller who has six of ten rows; two hundred share the others. A fresh row has a
// number that none has yet.
constexpr const char* asked = "50000";
constexpr const char* fresh = "900001";
constexpr const char* among_the_first = "30016";
constexpr const char* behind_all = "900000000";

// What a column is in the row with the number @, where that is not the number itself, or in texts the column's name
// with it behind. Many accounts have the same times: those of a month's end, or of a file of accounts.
const std::map<std::string, std::string> contents = {
    {"reseller_id", "CASE WHEN @ % 10 < 6 THEN 50000 ELSE 49901 + @ % 200 END"},
    {"reseller.parent_id", "CASE WHEN @ = 50000 THEN NULL ELSE 50000 END"},
    {"reseller.clock_offset_ms", "0"},
    {"reseller.clock_frozen_at", "NULL"},
    {"reseller.redated_through", "NULL"},
    {"forgotten_reseller.reseller_id", "@"},
    {"account.stage", "1 + @ % 4"},
    {"account.holds", "CASE WHEN @ % 11 = 0 THEN 1 ELSE 0 END"},
    {"account.removed_at", "CASE WHEN @ % 7 = 3 THEN @ END"},
    {"account.ends_at", "@ / 20000"},
    {"account.due_at", "CASE WHEN @ % 3 = 2 THEN @ / 20000 END"},
    {"account_user.user_id", "@ - @ % 5"},
    {"account_user.level", "1"},
    {"account_profile.below_zero_since", "CASE WHEN @ % 4 = 0 THEN @ END"},
    {"account_profile.account_class_id", "50000"},
    {"account_type_id", "49900 + @ % 200"},
    {"manager_id", "49900 + @ % 200"},
    {"attribute_value.key", "'key' || @ % 5"},
    {"event.account_id", "@ - @ % 10"},
    {"subscription.parent_id", "CASE WHEN @ % 10 = 5 THEN 50000 END"},
    {"external_id", "'external_id' || @ / 20"},
    {"external_id_changed", "CASE WHEN @ % 50 = 0 THEN 1 ELSE 0 END"},
    {"import_refusal.import_id", "@ - @ % 1000"},
    {"status_count.day", "@ / 10"},
    {"redemption_count.day", "@ / 10"},
    {"webhook_attempt.endpoint_id", "@ - @ % 1000"},
    {"webhook_lane.endpoint_id", "50000"},
    {"webhook_endpoint.state", "1"},
    {"workflow_run.status", "CASE WHEN @ % 1000 = 0 THEN 1 ELSE 3 END"},
    {"workflow_run_piece.run_id", "@ - @ % 1000"},
    {"workflow_run_step.run_id", "@ - @ % 1000"},
    {"status", "1 + @ % 6"},
    {"kind", "1 + @ % 8"},
    {"type", "1 + @ % 3"},
    {"follows", "1 + @ % 3"},
    {"domain", "'domain' || @ % 10"},
};

// How many rows a table has that has not one for each account. What is set up for resellers, each has as much of; what
// waits is little. 0: what there is once, as it is.
constexpr int accounts = 100'000;
constexpr int set_up = 2'000;
constexpr int of_other_kinds = 40'000;
constexpr int waiting = 100;
const std::map<std::string, int> sizes = {
    {"reseller", 200},
    {"reseller_right", 200},
    {"webhook_endpoint", 200},
    {"webhook_replay", 200},
    {"account_class", set_up},
    {"account_type", set_up},
    {"attribute", set_up},
    {"credential", set_up},
    {"domain", set_up},
    {"manager", set_up},
    {"plan", set_up},
    {"promotion", set_up},
    {"reseller_setting", set_up},
    {"workflow_document", set_up},
    {"actor_name", of_other_kinds},
    {"console_session", of_other_kinds},
    {"ended_visit", of_other_kinds},
    {"import", of_other_kinds},
    {"import_refusal", of_other_kinds},
    {"opened_link", of_other_kinds},
    {"redemption_count", of_other_kinds},
    {"status_count", of_other_kinds},
    {"stored_answer", of_other_kinds},
    {"webhook_attempt", of_other_kinds},
    {"workflow_run", of_other_kinds},
    {"workflow_run_step", of_other_kinds},
    {"webhook_lane", 10'000},
    {"workflow_run_piece", 1'000},
    {"class_judgement", waiting},
    {"forgotten_import", waiting},
    {"forgotten_reseller", waiting},
    {"lease", waiting},
    {"parent_change", waiting},
    {"setting", waiting},
    {"emails_to_rekey", 0},
    {"event_counted", 0},
    {"reseller_tree", 0},
    {"schema_version", 0},
    {"schema_works_from", 0},
};

// Where the place of a parameter does not tell the dearest question: nobody is found, nothing is left over.
const std::map<std::string, std::map<int, std::string>> questions = {
    {"find_reseller_with_expired_answers", {{2, "0"}}},
    {"has_accounts_of_class", {{2, "7"}}},
    {"has_accounts_of_manager", {{2, "7"}}},
    {"has_accounts_of_type", {{2, "7"}}},
    {"trim_webhook_attempts", {{3, "1000"}}},
};

// How the driver has set its connections up, whatever that is.
constexpr db::Query own_settings_query{"list_own_settings",
                                       "SELECT 'SET ' || name || ' = ' || quote_literal(current_setting(name))"
                                       " FROM pg_settings WHERE source = 'session'"};

bool reads(const Statement& statement) {
    return statement.sql.starts_with("SELECT ") || statement.sql.starts_with("WITH ");
}

std::string with_number(std::string text, const std::string& number) {
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at)) text.replace(at, 1, number);
    return text;
}

bool is_part_of_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

// Where it stands by itself: $1 is not $12.
std::size_t find_word(const std::string& sql, const std::string& word, std::size_t from = 0) {
    std::size_t at = sql.find(word, from);
    while (at != std::string::npos && at + word.size() < sql.size() && is_part_of_word(sql[at + word.size()]))
        at = sql.find(word, at + 1);
    return at;
}

bool names_table(const std::string& sql, const std::string& table) {
    return std::ranges::any_of(
        std::initializer_list<std::string>{"FROM ", "JOIN ", "INTO ", "UPDATE "},
        [&](const std::string& verb) { return find_word(sql, verb + table) != std::string::npos; });
}

// "CAST($1 AS TEXT)" is "$1".
std::string without_casts(std::string sql) {
    for (std::size_t at = sql.find("CAST($"); at != std::string::npos; at = sql.find("CAST($", at)) {
        sql.erase(at, std::string_view("CAST(").size());
        const std::size_t end = sql.find(" AS ", at);
        sql.erase(end, sql.find(')', end) + 1 - end);
    }
    return sql;
}

// What a statement may be asked, by what its parameters are compared with.
class Question {
public:
    Question(const Statement& statement, std::vector<bool> are_texts)
        : name_(statement.name), sql_(without_casts(statement.sql)), are_texts_(std::move(are_texts)) {
        static const std::regex insert(
            R"(^INSERT INTO [a-z_]+ \(([a-z0-9_, ]+)\) (?:VALUES \(|SELECT )([^)]*?)(?:\)| WHERE))");
        std::smatch match;
        if (!sql_.starts_with("INSERT ") || !std::regex_search(sql_, match, insert)) return;
        inserted_columns_ = words(match[1]);
        inserted_values_ = words(match[2]);
    }

    // "(7, 'x')"; with what only some ask for, or without.
    std::string values(bool has_filters) const {
        std::string all;
        for (std::size_t i = 0; i < are_texts_.size(); ++i)
            all += (i == 0 ? "(" : ", ") + value(static_cast<int>(i) + 1, has_filters);
        return all.empty() ? all : all + ')';
    }

private:
    static std::vector<std::string> words(const std::string& list) {
        static const std::regex comma(", ");
        return {std::sregex_token_iterator(list.begin(), list.end(), comma, -1), std::sregex_token_iterator()};
    }

    std::string value(int number, bool has_filters) const {
        const auto own = questions.find(name_);
        if (own != questions.end() && own->second.contains(number)) return own->second.at(number);
        const std::string place = '$' + std::to_string(number);
        const bool is_text = are_texts_[static_cast<std::size_t>(number) - 1];
        std::string sql = sql_;
        if (const std::size_t at = sql.find(place + " IS NULL OR "); at != std::string::npos) {
            if (!has_filters) return "NULL";
            sql.erase(at, place.size() + std::string(" IS NULL OR ").size());
        }
        if (is_absent(sql, place)) return "NULL";
        const auto inserted = std::ranges::find(inserted_values_, place);
        if (inserted != inserted_values_.end())
            return content(inserted_columns_.at(static_cast<std::size_t>(inserted - inserted_values_.begin())), is_text,
                           fresh);
        const std::size_t at = find_word(sql, place);
        return value_between(sql.substr(0, at), sql.substr(at + place.size()), is_text);
    }

    // Whether what is asked is a question only without it.
    static bool is_absent(const std::string& sql, const std::string& place) {
        static const std::regex first_of(R"(coalesce\((\$[0-9]+, )?$)");
        for (std::size_t at = find_word(sql, place); at != std::string::npos; at = find_word(sql, place, at + 1)) {
            const std::size_t begin = at < 20 ? 0 : at - 20;
            if (sql.compare(at + place.size(), 8, " IS NULL") == 0 ||
                std::regex_search(sql.substr(begin, at - begin), first_of))
                return true;
        }
        return false;
    }

    std::string value_between(const std::string& before, const std::string& after, bool is_text) const {
        static const std::regex and_in_between(R"( BETWEEN \$[0-9]+ AND $)");
        if (before.ends_with(" LIMIT ")) return rows_of_a_page;
        if (before.ends_with(" OFFSET ")) return before.ends_with(" LIMIT 1 OFFSET ") ? rows_of_a_page : "0";
        if (before.ends_with(" & ") || after.starts_with(" >> ")) return "65535";
        if (before.ends_with("CASE ") && after.starts_with(" WHEN")) return "2";
        if (before.ends_with("* ") || before.ends_with(" BETWEEN ") || before.ends_with(" END) = ")) return "1";
        if (std::regex_search(before.size() < 30 ? before : before.substr(before.size() - 30), and_in_between))
            return "5";
        if (after.starts_with(" + ")) return "0";  // what time it is: nothing is due
        if (before.ends_with("SELECT '', ")) return "'email_key50000,email_key50001,'";
        for (const std::string sign : {"=", "<>", "<", "<=", ">", ">="})
            if (before.ends_with(' ' + sign + ' '))
                return compared(before.substr(0, before.size() - sign.size() - 2), sign, is_text);
        return content(is_text ? "name" : "id", is_text, asked);
    }

    std::string compared(const std::string& before, const std::string& sign, bool is_text) const {
        std::size_t end = before.size();
        while (end > 0 && before[end - 1] == ')') --end;
        std::size_t begin = end;
        while (begin > 0 && is_part_of_word(before[begin - 1])) --begin;
        const std::string column = before.substr(begin, end - begin);
        if (sign == "<>") return "0";
        if (sign[0] == '<' && is_text) return "'~'";
        if (sign[0] == '<') return sql_.starts_with("DELETE ") ? among_the_first : behind_all;
        const bool is_set = before.find(" SET ") != std::string::npos && before.find(" WHERE ") == std::string::npos;
        return content(column.empty() || column[0] <= '9' ? "name" : column, is_text, is_set ? fresh : asked);
    }

    // As one of the statement's tables has it.
    std::string content(const std::string& column, bool is_text, const std::string& number) const;

    std::string name_;
    std::string sql_;  // without casts
    std::vector<bool> are_texts_;
    std::vector<std::string> inserted_columns_;
    std::vector<std::string> inserted_values_;
};

std::string content_of(const std::string& table, const std::string& column, bool is_text, const std::string& number) {
    for (const std::string& name : {table + '.' + column, column}) {
        const auto found = contents.find(name);
        if (found != contents.end()) return with_number(found->second, number);
    }
    return is_text ? "'" + column + "' || " + number : number;
}

std::string Question::content(const std::string& column, bool is_text, const std::string& number) const {
    if (column != "parent_id") {  // the parent that is asked for has none
        for (const auto& [name, content] : contents) {
            const std::size_t dot = name.find('.');
            if (dot != std::string::npos && name.substr(dot + 1) == column && names_table(sql_, name.substr(0, dot)))
                return with_number(content, number);
        }
    }
    return content_of("", column, is_text, number);
}

struct Cost {
    long pages = 0;
    long rows = 0;
    std::string plan;
    bool is_small() const { return pages <= pages_of_a_statement + rows; }
};

// Written once, and by nobody else: no log is needed, and nobody cleans up in between.
test::PostgresCluster& quick_cluster() {
    test::PostgresCluster& cluster = test::PostgresCluster::shared();
    cluster.stop();
    cluster.set({"shared_buffers=256MB", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off"});
    cluster.start();
    return cluster;
}

class LargeDatabase {
public:
    LargeDatabase() {
        std::vector<std::string> settings;
        {
            const auto opened = db::open_postgres(place_.options());
            if (!store::migrate(*opened).ok()) throw std::runtime_error("no tables");
            db::write_and_wait(*opened, [](db::Tx& tx) {
                tx.run_script("CREATE TABLE schema_works_from (version INTEGER NOT NULL) STRICT");
            });
            db::write_and_wait(*opened, [&](db::Tx& tx) {  // a connection for reads would write nothing
                settings.clear();
                const db::Rows rows = tx.run(own_settings_query, {});
                for (std::size_t i = 0; i < rows.size(); ++i) settings.push_back(rows[i].text(0));
            });
        }
        connection_.reset(PQconnectdb(cluster_.url(place_.name()).c_str()));
        run("SET session_replication_role = replica");  // whether there is what a row refers to is looked up apart
        fill();
        for (const std::string& setting : settings) run(setting);
        run("SET statement_timeout = 0");
    }

    // As the server executes it; what it writes is taken back.
    Cost cost_of(const Statement& statement, const std::string& values) {
        run("BEGIN");
        const Answer explained =
            ask("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE " + statement.name + values);
        Cost cost{.plan = values + '\n'};
        if (PQresultStatus(explained.get()) == PGRES_TUPLES_OK)
            cost.plan += PQgetvalue(explained.get(), 0, 0);
        else
            ADD_FAILURE() << statement.file << ": " << statement.name << values << ": "
                          << PQerrorMessage(connection_.get());
        run("ROLLBACK");
        // The first of each are the whole statement's.
        for (const char* kind : {"Hit", "Read"})
            cost.pages += number_behind(cost.plan, std::string("\"Shared ") + kind + " Blocks\": ");
        if (reads(statement)) cost.rows = number_behind(cost.plan, "\"Actual Rows\": ");
        return cost;
    }

    Question prepare(const Statement& statement) {
        constexpr Oid text = 25;
        const Answer prepared(PQprepare(connection_.get(), statement.name.c_str(), statement.sql.c_str(), 0, nullptr),
                              PQclear);
        const Answer described(PQdescribePrepared(connection_.get(), statement.name.c_str()), PQclear);
        std::vector<bool> are_texts;
        for (int i = 0; i < PQnparams(described.get()); ++i)
            are_texts.push_back(PQparamtype(described.get(), i) == text);
        return Question(statement, std::move(are_texts));
    }

private:
    static long number_behind(const std::string& text, const std::string& word) {
        const std::size_t at = text.find(word);
        return at == std::string::npos ? 0 : std::stol(text.substr(at + word.size()));
    }

    Answer ask(const std::string& sql) { return {PQexec(connection_.get(), sql.c_str()), PQclear}; }
    void run(const std::string& sql) {
        const Answer answer = ask(sql);
        if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK && PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
            throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
    }

    struct Column {
        std::string name;
        bool is_text;
    };

    void fill() {
        std::map<std::string, std::vector<Column>> tables;
        const Answer columns = ask(
            "SELECT c.relname, a.attname, a.atttypid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'"
            " AND c.relnamespace = CAST('public' AS regnamespace)"
            " AND c.relname NOT IN ('commit_marker', 'generation', 'id_slot', 'server_progress') ORDER BY a.attnum");
        for (int row = 0; row < PQntuples(columns.get()); ++row)
            tables[PQgetvalue(columns.get(), row, 0)].push_back(
                {PQgetvalue(columns.get(), row, 1), PQgetvalue(columns.get(), row, 2) == std::string("25")});
        std::erase_if(tables, [](const auto& table) { return rows_of(table.first) == 0; });
        std::string names;
        for (const auto& [table, its_columns] : tables) names += (names.empty() ? "" : ", ") + table;
        run("BEGIN");
        run("TRUNCATE " + names);
        const Answer indexes =
            ask("SELECT CAST(indexrelid AS regclass), pg_get_indexdef(indexrelid) FROM pg_index x WHERE indrelid IN"
                " (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace))"
                " AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid)");
        for (int row = 0; row < PQntuples(indexes.get()); ++row)
            run(std::string("DROP INDEX ") + PQgetvalue(indexes.get(), row, 0));
        for (const auto& [table, its_columns] : tables) fill(table, its_columns);
        for (int row = 0; row < PQntuples(indexes.get()); ++row) run(PQgetvalue(indexes.get(), row, 1));
        run("COMMIT");
        run("VACUUM ANALYZE");
    }

    static int rows_of(const std::string& table) {
        const auto own = sizes.find(table);
        return own == sizes.end() ? accounts : own->second;
    }

    void fill(const std::string& table, const std::vector<Column>& columns) {
        std::string names, values;
        for (const Column& column : columns) {
            names += (names.empty() ? "" : ", ") + column.name;
            const bool is_shared =
                column.name == "reseller_id" && rows_of(table) <= set_up && !contents.contains(table + ".reseller_id");
            values += (values.empty() ? "" : ", ") +
                      (is_shared ? "49901 + (n + 99) % 200" : content_of(table, column.name, column.is_text, "n"));
        }
        const std::string half = std::to_string(rows_of(table) / 2);
        run("INSERT INTO " + table + " (" + names + ") SELECT " + values + " FROM generate_series(" + asked + " - " +
            half + " + 1, " + asked + " + " + half + ") AS numbers (n) ON CONFLICT DO NOTHING");
    }

    test::PostgresCluster& cluster_ = quick_cluster();
    test::PostgresDatabase place_;
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_{nullptr, PQfinish};
};

// "name: pages: why", a line each; the name with " with filters" behind it where all that may be asked for is.
std::map<std::string, long> listed() {
    static const std::regex form(R"(([a-z_]+(?: with filters)?): ([0-9]+): .+)");
    std::map<std::string, long> found;
    std::ifstream file(std::string(PARTNERD_SOURCE_DIR) + "/tests/statements/plans.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        std::smatch match;
        if (!std::regex_match(line, match, form))
            ADD_FAILURE() << line << ": how much, and why?";
        else if (!found.emplace(match[1], std::stol(match[2])).second)
            ADD_FAILURE() << line << " is there twice";
    }
    return found;
}

// Those that read first: what is written leaves something behind, even if it is taken back.
std::vector<Statement> all_in_order() {
    std::vector<Statement> all = statements::all_statements();
    std::stable_partition(all.begin(), all.end(), reads);
    return all;
}

TEST(Plans, touch_few_pages_of_100000_accounts_but_for_those_that_are_listed) {
    LargeDatabase database;
    std::map<std::string, long> exceptions = listed();
    int number = 0, with_rows = 0;
    const auto judge = [&](const Statement& statement, const std::string& name, const Cost& cost) {
        const auto exception = exceptions.find(name);
        if (exception == exceptions.end()) {
            EXPECT_TRUE(cost.is_small()) << statement.file << ": " << name << " touches " << cost.pages << " pages for "
                                         << cost.rows << " rows: an index is missing, or plans.txt says why\n"
                                         << cost.plan;
            return;
        }
        EXPECT_LE(cost.pages, exception->second) << statement.file << ": " << name << '\n' << cost.plan;
        EXPECT_FALSE(cost.is_small()) << statement.file << ": " << name << " touches " << cost.pages
                                      << " pages only: it leaves plans.txt";
        exceptions.erase(exception);
    };
    for (const Statement& statement : all_in_order()) {
        const Question question = database.prepare(statement);
        const std::string values = question.values(false), with_filters = question.values(true);
        const Cost cost = database.cost_of(statement, values);
        judge(statement, statement.name, cost);
        if (with_filters != values)
            judge(statement, statement.name + " with filters", database.cost_of(statement, with_filters));
        number += reads(statement);
        with_rows += cost.rows > 0;
    }
    for (const auto& [name, pages] : exceptions) ADD_FAILURE() << name << ": there is no such statement";
    EXPECT_GT(with_rows, number * 2 / 3) << "too many have found nothing";

    // What the test is for is seen.
    const auto is_small = [&](const char* name, const char* sql) {
        const Statement statement{.file = "here", .name = name, .sql = sql};
        return database.cost_of(statement, database.prepare(statement).values(false)).is_small();
    };
    EXPECT_TRUE(is_small("page_by_uid",
                         "SELECT id FROM account WHERE reseller_id = $1 AND removed_at IS NULL ORDER BY uid LIMIT $2"));
    EXPECT_FALSE(
        is_small("page_without_index", "SELECT id FROM account WHERE reseller_id = $1 ORDER BY created_at LIMIT $2"));
    EXPECT_FALSE(is_small("look_up_without_index", "SELECT id FROM event WHERE reseller_id = $1 AND request_id = $2"));
    EXPECT_FALSE(is_small("change_without_index", "UPDATE account SET holds = $2 WHERE activation_token = $1"));
}

}  // namespace
