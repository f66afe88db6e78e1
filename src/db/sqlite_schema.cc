#include "db/sqlite_schema.h"

#include <fmt/format.h>

namespace db::sqlite {
namespace {

constexpr Query application_id_query{"application_id", "PRAGMA application_id"};
constexpr Query columns_query{"list_schema_columns",
                              "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk,"
                              " (SELECT f.\"table\" FROM pragma_foreign_key_list(t.name) f WHERE f.\"from\" = c.name)"
                              " FROM sqlite_schema t, pragma_table_info(t.name) c"
                              " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"};
constexpr Query indexes_query{
    "list_schema_indexes",
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"};
constexpr Query others_query{"list_schema_others",
                             "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name"};

}  // namespace

std::vector<SchemaObject> list_schema(Connection& connection) {
    std::vector<SchemaObject> objects;
    const Rows columns = connection.run(columns_query);
    std::string table;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].text(0) != table) {
            table = columns[i].text(0);
            objects.push_back({SchemaObject::Kind::table, table, ""});
        }
        objects.push_back({SchemaObject::Kind::column, table + '.' + columns[i].text(1),
                           fmt::format("{} {} {}", columns[i].text(2), columns[i].integer(3), columns[i].integer(4)),
                           columns[i].text(2) == "TEXT", static_cast<int>(columns[i].integer(4)),
                           columns[i].find_text(5).value_or("")});
    }
    const Rows indexes = connection.run(indexes_query);
    for (std::size_t i = 0; i < indexes.size(); ++i)
        objects.push_back({SchemaObject::Kind::index, indexes[i].text(0), indexes[i].text(1)});
    const Rows others = connection.run(others_query);
    for (std::size_t i = 0; i < others.size(); ++i)
        objects.push_back(
            {SchemaObject::Kind::other, fmt::format("the {} {}", others[i].text(0), others[i].text(1)), ""});
    return objects;
}

std::uint32_t application_id(Connection& connection) {
    return static_cast<std::uint32_t>(connection.run(application_id_query)[0].integer(0));
}

}  // namespace db::sqlite
