#include "store/recognise.h"

#include <fmt/format.h>

#include <map>

namespace store {
namespace {

constexpr db::Query id_query{"application_id", "PRAGMA application_id"};
constexpr db::Query count_objects_query{"count_schema_objects",
                                        "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"};
constexpr db::Query version_columns_query{
    "schema_version_columns",
    "SELECT count(*) FROM pragma_table_info('schema_version') WHERE name IN ('version', 'name')"};
constexpr db::Query has_works_from_query{"has_schema_works_from",
                                         "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_works_from'"};
constexpr db::Query works_from_query{"schema_works_from", "SELECT coalesce(max(version), 0) FROM schema_works_from"};
constexpr db::Query versions_query{"list_schema_versions", "SELECT version, name FROM schema_version ORDER BY version"};

constexpr db::Query list_columns_query{
    "list_schema_columns",
    "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"};
constexpr db::Query list_indexes_query{"list_schema_indexes",
                                       "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"};
constexpr db::Query list_others_query{"list_schema_others",
                                      "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view')"};

Recognised recognise_by_tables(db::Tx& tx, const std::vector<EmbeddedFile>& files) {
    constexpr const char* sentence = "it has the tables of another program";
    if (tx.run(count_objects_query, {})[0].integer(0) == 0) return {.is_empty = true};
    if (tx.run(version_columns_query, {})[0].integer(0) != 2) return {.foreign = sentence};
    const db::Rows versions = tx.run(versions_query, {});
    if (versions.empty()) return {};  // cut off before its first tables were there
    const bool is_ours = versions[0].integer(0) == 1 && versions[0].text(1) == files.front().name;
    if (!is_ours) return {.foreign = sentence};
    Recognised found{.version = static_cast<int>(versions[versions.size() - 1].integer(0))};
    if (tx.run(has_works_from_query, {})[0].integer(0) != 0)
        found.works_from = static_cast<int>(tx.run(works_from_query, {})[0].integer(0));
    return found;
}

using Named = std::map<std::string, std::string>;

// "table account" and "column account.uid", each with what it is.
Named list_columns(db::Tx& tx) {
    Named columns;
    const db::Rows rows = tx.run(list_columns_query, {});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string table = rows[i].text(0);
        columns["table " + table] = "";
        columns["column " + table + '.' + rows[i].text(1)] =
            fmt::format("{} {} {}", rows[i].text(2), rows[i].integer(3), rows[i].integer(4));
    }
    return columns;
}

Named list_indexes(db::Tx& tx) {
    Named indexes;
    const db::Rows rows = tx.run(list_indexes_query, {});
    for (std::size_t i = 0; i < rows.size(); ++i) indexes["index " + rows[i].text(0)] = rows[i].text(1);
    return indexes;
}

void compare(const Named& found, const Named& wanted, std::vector<std::string>& differences) {
    for (const auto& [name, what] : wanted) {
        const auto there = found.find(name);
        if (there == found.end())
            differences.push_back(fmt::format("the {} is missing", name));
        else if (there->second != what)
            differences.push_back(fmt::format("the {} is not as it should be", name));
    }
}

}  // namespace

Recognised recognise(db::Tx& tx, const std::vector<EmbeddedFile>& files) {
    const auto id = static_cast<std::uint32_t>(tx.run(id_query, {})[0].integer(0));
    if (id != 0 && id != application_id)
        return {.foreign = fmt::format("it belongs to another program (application id {})", id)};
    return recognise_by_tables(tx, files);
}

std::string refuse_newer(const Recognised& found, int newest) {
    const bool may_go_on = found.works_from > 0 && found.works_from <= newest;
    if (found.version <= newest || may_go_on) return {};
    return fmt::format("The database has schema version {}, this program knows only up to {}: use a newer partnerd.",
                       found.version, newest);
}

std::vector<std::string> compare_schemas(db::Tx& found, db::Tx& wanted) {
    std::vector<std::string> differences;
    compare(list_columns(found), list_columns(wanted), differences);
    compare(list_indexes(found), list_indexes(wanted), differences);
    const db::Rows others = found.run(list_others_query, {});
    for (std::size_t i = 0; i < others.size(); ++i)
        differences.push_back(fmt::format("the {} {} is not ours", others[i].text(0), others[i].text(1)));
    return differences;
}

}  // namespace store
