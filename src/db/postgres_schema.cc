#include "db/postgres_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace db::postgres {
namespace {

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Reads a script piece by piece: a word, a text in quotes, or one other character. Comments are none.
class Pieces {
public:
    explicit Pieces(std::string_view sql) : rest_(sql) {}

    // Empty: there is nothing more.
    std::string_view next() {
        while (rest_.starts_with("--")) rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        if (rest_.empty()) return {};
        std::size_t length = 1;
        if (rest_[0] == '\'' || rest_[0] == '"') {
            length = rest_.find(rest_[0], 1) + 1;  // two quotes in a text are two texts beside each other
            if (length == 0) throw Broken("script: a text does not end");
        } else if (is_word_character(rest_[0])) {
            while (length < rest_.size() && is_word_character(rest_[length])) ++length;
        }
        const std::string_view piece = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return piece;
    }

private:
    std::string_view rest_;
};

void erase_at_end(std::string& text, std::string_view end) {
    if (text.ends_with(end)) text.erase(text.size() - end.size());
}

std::string trim(std::string text) {
    const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
    text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
    return text;
}

// Indexes that SQLite has beside a key of ids, and which are the key itself here.
struct KeyAlready {
    std::string_view index;
    std::string_view table;
};
constexpr KeyAlready keys_already[] = {
    {"event_by_reseller", "event"}, {"import_by_reseller", "import"}, {"manager_by_reseller", "manager"}};

std::string_view first_word(std::string_view text) {
    return text.substr(0, std::ranges::find_if_not(text, is_word_character) - text.begin());
}

// Where `word` stands in the text by itself; npos: nowhere.
std::size_t find_word(std::string_view text, std::string_view word) {
    std::size_t at = text.find(word);
    while (at != std::string_view::npos &&
           ((at > 0 && is_word_character(text[at - 1])) || first_word(text.substr(at)).size() != word.size()))
        at = text.find(word, at + 1);
    return at;
}

// The rows of a table of tenants lie by their ids in SQLite. Here its key leads with the reseller, so that the table
// can be distributed by it; not where another column is unique among all tenants (a credential's secret): such a table
// stays whole. The key's name says that it has been made so. An index is for whoever asks by the id alone, or for all
// in its order.
void lead_with_reseller(std::string& statement, std::vector<std::string>& more) {
    constexpr std::string_view create = "CREATE TABLE ", key = " BIGINT NOT NULL PRIMARY KEY", primary = " PRIMARY KEY";
    const std::size_t at = statement.find(key);
    if (!statement.starts_with(create) || at == std::string::npos) return;
    if (find_word(statement, "reseller_id") == std::string::npos || find_word(statement, "UNIQUE") != std::string::npos)
        return;
    const std::string table(first_word(std::string_view(statement).substr(create.size())));
    std::size_t begin = at;
    while (is_word_character(statement[begin - 1])) --begin;
    const std::string column = statement.substr(begin, at - begin);
    if (column == "reseller_id") return;
    statement.erase(at + key.size() - primary.size(), primary.size());
    statement.insert(statement.rfind(')'),
                     fmt::format(", CONSTRAINT {}_led_by_reseller PRIMARY KEY (reseller_id, {})", table, column));
    more.push_back(fmt::format("CREATE INDEX {0}_by_{1} ON {0} ({1})", table, column));
}

bool is_key_already(std::string_view statement) {
    return std::ranges::any_of(keys_already, [&](const KeyAlready& key) {
        return statement.starts_with(fmt::format("CREATE INDEX {} ", key.index));
    });
}

void finish(std::string& statement, std::vector<std::string>& statements) {
    statement = trim(std::move(statement));
    for (const std::string_view end : {"WITHOUT ROWID", ",", "STRICT"}) {
        erase_at_end(statement, end);
        statement = trim(std::move(statement));
    }
    std::vector<std::string> more;
    lead_with_reseller(statement, more);
    if (!statement.empty() && !statement.starts_with("PRAGMA ") && !is_key_already(statement))
        statements.push_back(std::move(statement));
    std::ranges::move(more, std::back_inserter(statements));
    statement.clear();
}

// Of a key that has been led by the reseller the place without it, as in SQLite.
#define KEY_PLACE                                                                                    \
    "(coalesce(array_position(k.conkey, c.attnum), 0) - CASE WHEN k.conname LIKE '%led_by_reseller'" \
    " AND c.attnum = ANY (k.conkey) THEN 1 ELSE 0 END)"
constexpr Query tables_query{
    "list_tables_and_columns",
    "SELECT CAST(t.relname AS TEXT), CAST(c.attname AS TEXT),"
    " CASE format_type(c.atttypid, c.atttypmod) WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT'"
    " ELSE format_type(c.atttypid, c.atttypmod) END"
    " || CASE WHEN l.collname IS NULL OR l.collname = 'C' THEN '' ELSE ' COLLATE ' || l.collname END"
    " || CASE WHEN c.attnotnull THEN ' 1 ' ELSE ' 0 ' END"
    " || CAST(" KEY_PLACE
    " AS TEXT), CASE format_type(c.atttypid, c.atttypmod) WHEN 'text' THEN 1 ELSE 0 END, " KEY_PLACE
    ", (SELECT CAST(r.relname AS TEXT) FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid"
    " WHERE f.conrelid = t.oid AND f.contype = 'f' AND c.attnum = ANY (f.conkey) LIMIT 1)"
    " FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped"
    " LEFT JOIN pg_collation l ON l.oid = c.attcollation"
    " LEFT JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'"
    " WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relkind IN ('r', 'p')"
    " AND t.relname NOT IN ('commit_marker', 'generation', 'id_slot', 'server_progress') ORDER BY t.relname, c.attnum"};
constexpr Query indexes_query{
    "list_indexes",
    "SELECT CAST(i.relname AS TEXT), pg_get_indexdef(i.oid) FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid"
    " WHERE i.relnamespace = CAST(current_schema() AS regnamespace) AND NOT EXISTS"
    " (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u')) ORDER BY i.relname"};
constexpr Query others_query{
    "list_other_relations",
    "SELECT what, name FROM (SELECT 'view' AS what, CAST(relname AS TEXT) AS name FROM pg_class"
    " WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('v', 'm', 'f')"
    " UNION ALL SELECT 'trigger', CAST(t.tgname AS TEXT) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND NOT t.tgisinternal) AS others ORDER BY name"};

}  // namespace

const std::vector<std::string_view> own_schema = {
    "CREATE TABLE IF NOT EXISTS commit_marker (id BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL,"
    " is_abandoned BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS commit_marker_by_at ON commit_marker (at)",
    "CREATE TABLE IF NOT EXISTS generation (id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1), number BIGINT NOT NULL,"
    " claimed_by TEXT COLLATE \"C\" NOT NULL DEFAULT '')",
    "INSERT INTO generation (id, number) VALUES (1, 1) ON CONFLICT (id) DO NOTHING",
    "CREATE TABLE IF NOT EXISTS server_progress (name TEXT COLLATE \"C\" NOT NULL PRIMARY KEY,"
    " settled_through BIGINT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS id_slot (slot BIGINT NOT NULL PRIMARY KEY, owner TEXT COLLATE \"C\" UNIQUE,"
    " reserved_through BIGINT NOT NULL)",
    "INSERT INTO id_slot (slot, owner, reserved_through) SELECT slot, NULL, 0 FROM generate_series(0, 63) AS s (slot)"
    " WHERE NOT EXISTS (SELECT 1 FROM id_slot)",
    "CREATE OR REPLACE FUNCTION instr(text, text) RETURNS integer LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE"
    " AS 'SELECT strpos($1, $2)'",
};

std::vector<std::string> translate_script(std::string_view sql) {
    std::vector<std::string> statements;
    std::string statement;
    Pieces pieces(sql);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        if (piece == ";")
            finish(statement, statements);
        else if (piece == "INTEGER")
            statement += "BIGINT";
        else if (piece == "TEXT")
            statement += "TEXT COLLATE \"C\"";
        else
            statement += piece;
    }
    finish(statement, statements);
    return statements;
}

std::vector<SchemaObject> list_schema(Tx& tx) {
    std::vector<SchemaObject> objects;
    const Rows columns = tx.run(tables_query, {});
    std::string table;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].text(0) != table) {
            table = columns[i].text(0);
            objects.push_back({SchemaObject::Kind::table, table, ""});
        }
        objects.push_back({SchemaObject::Kind::column, table + '.' + columns[i].text(1), columns[i].text(2),
                           columns[i].integer(3) == 1, static_cast<int>(columns[i].integer(4)),
                           columns[i].find_text(5).value_or("")});
    }
    const Rows indexes = tx.run(indexes_query, {});
    for (std::size_t i = 0; i < indexes.size(); ++i)
        if (indexes[i].text(0) != "commit_marker_by_at")
            objects.push_back({SchemaObject::Kind::index, indexes[i].text(0), indexes[i].text(1)});
    for (const KeyAlready& key : keys_already)
        if (std::ranges::any_of(objects, [&](const SchemaObject& object) {
                return object.kind == SchemaObject::Kind::table && object.name == key.table;
            }))
            objects.push_back({SchemaObject::Kind::index, std::string(key.index), ""});
    const Rows others = tx.run(others_query, {});
    for (std::size_t i = 0; i < others.size(); ++i)
        objects.push_back(
            {SchemaObject::Kind::other, fmt::format("the {} {}", others[i].text(0), others[i].text(1)), ""});
    return objects;
}

}  // namespace db::postgres
