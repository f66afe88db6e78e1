#include "store/recognise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace store {
namespace {

constexpr db::Query works_from_query{"schema_works_from", "SELECT coalesce(max(version), 0) FROM schema_works_from"};
constexpr db::Query versions_query{"list_schema_versions", "SELECT version, name FROM schema_version ORDER BY version"};

using Kind = db::SchemaObject::Kind;

Recognised recognise_by_tables(db::Tx& tx, const std::vector<EmbeddedFile>& files) {
    constexpr const char* sentence = "it has the tables of another program";
    const std::vector<db::SchemaObject> objects = tx.list_schema();
    const auto has = [&](Kind kind, std::string_view name) {
        return std::ranges::any_of(
            objects, [&](const db::SchemaObject& object) { return object.kind == kind && object.name == name; });
    };
    if (objects.empty()) return {.is_empty = true};
    if (!has(Kind::column, "schema_version.version") || !has(Kind::column, "schema_version.name"))
        return {.foreign = sentence};
    const db::Rows versions = tx.run(versions_query, {});
    if (versions.empty()) return {};  // cut off before its first tables were there
    const bool is_ours = versions[0].integer(0) == 1 && versions[0].text(1) == files.front().name;
    if (!is_ours) return {.foreign = sentence};
    Recognised found{.version = static_cast<int>(versions[versions.size() - 1].integer(0))};
    if (has(Kind::table, "schema_works_from"))
        found.works_from = static_cast<int>(tx.run(works_from_query, {})[0].integer(0));
    return found;
}

using Named = std::map<std::string, std::string>;

// "table account" and "column account.uid", each with what it is.
Named list_named(const std::vector<db::SchemaObject>& objects, bool tells_of_indexes) {
    Named named;
    for (const db::SchemaObject& object : objects) {
        if (object.kind == Kind::table) named["table " + object.name] = object.what;
        if (object.kind == Kind::column) named["column " + object.name] = object.what;
        if (object.kind == Kind::index) named["index " + object.name] = tells_of_indexes ? object.what : "";
    }
    return named;
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
    const std::uint32_t id = tx.application_id();
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

std::vector<std::string> compare_schemas(db::Tx& found, db::Tx& wanted, bool are_alike) {
    std::vector<std::string> differences;
    const std::vector<db::SchemaObject> objects = found.list_schema();
    compare(list_named(objects, are_alike), list_named(wanted.list_schema(), are_alike), differences);
    for (const db::SchemaObject& object : objects)
        if (object.kind == Kind::other) differences.push_back(object.name + " is not ours");
    return differences;
}

}  // namespace store
