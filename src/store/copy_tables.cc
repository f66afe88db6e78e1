#include "store/copy_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace store {
namespace {

constexpr std::size_t parameters_max = 80;

// Migrations make and fill those of the schema; a lease belongs to a server of the database it stands in.
bool is_copied(std::string_view table) { return !table.starts_with("schema_") && table != "lease"; }

using Parameters = std::vector<db::Parameter>;

// The seam takes lists whose length is known to the compiler: one function for each length.
template <std::size_t... Places>
db::Rows run_with(db::Tx& tx, const db::Query& query, const Parameters& parameters, std::index_sequence<Places...>) {
    return tx.run(query, {parameters[Places]...});
}

template <std::size_t... Places>
void change_with(db::Tx& tx, const db::Query& query, const Parameters& parameters, std::index_sequence<Places...>) {
    tx.change(query, {parameters[Places]...}, db::Expect::one);
}

using Run = db::Rows (*)(db::Tx&, const db::Query&, const Parameters&);
using Change = void (*)(db::Tx&, const db::Query&, const Parameters&);

template <std::size_t Count>
db::Rows run_so_many(db::Tx& tx, const db::Query& query, const Parameters& parameters) {
    return run_with(tx, query, parameters, std::make_index_sequence<Count>());
}

template <std::size_t Count>
void change_so_many(db::Tx& tx, const db::Query& query, const Parameters& parameters) {
    change_with(tx, query, parameters, std::make_index_sequence<Count>());
}

template <std::size_t... Counts>
constexpr std::array<Run, sizeof...(Counts)> runs_of(std::index_sequence<Counts...>) {
    return {run_so_many<Counts>...};
}

template <std::size_t... Counts>
constexpr std::array<Change, sizeof...(Counts)> changes_of(std::index_sequence<Counts...>) {
    return {change_so_many<Counts>...};
}

constexpr auto runs = runs_of(std::make_index_sequence<parameters_max + 1>());
constexpr auto changes = changes_of(std::make_index_sequence<parameters_max + 1>());

db::Rows run(db::Tx& tx, const db::Query& query, const Parameters& parameters) {
    return runs.at(parameters.size())(tx, query, parameters);
}

void change(db::Tx& tx, const db::Query& query, const Parameters& parameters) {
    changes.at(parameters.size())(tx, query, parameters);
}

db::Parameter to_parameter(const CopiedValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return std::string_view(*text);
    return nullptr;
}

std::string quoted(const std::string& name) { return '"' + name + '"'; }

template <class Items, class ToText>
std::string join(const Items& items, std::string_view between, ToText to_text) {
    std::string text;
    for (const auto& item : items) {
        if (!text.empty()) text += between;
        text += to_text(item);
    }
    return text;
}

// "$3, $4", from a number on.
std::string places(std::size_t count, std::size_t first = 1) {
    std::vector<std::size_t> numbers(count);
    for (std::size_t i = 0; i < count; ++i) numbers[i] = first + i;
    return join(numbers, ", ", [](std::size_t number) { return fmt::format("${}", number); });
}

// Those that refer to a table come behind it; else by name.
std::vector<std::string> order_by_references(const std::map<std::string, std::set<std::string>>& references) {
    std::vector<std::string> ordered;
    std::set<std::string> placed;
    while (ordered.size() < references.size()) {
        const std::size_t before = ordered.size();
        for (const auto& [table, wanted] : references) {
            if (placed.contains(table) || !std::ranges::includes(placed, wanted)) continue;
            placed.insert(table);
            ordered.push_back(table);
        }
        if (ordered.size() == before) throw db::Broken("the tables refer to each other in a circle");
    }
    return ordered;
}

}  // namespace

CopiedTable::CopiedTable(std::string name, std::vector<CopiedColumn> columns)
    : name_(std::move(name)), columns_(std::move(columns)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].key_place > 0) key_.push_back(i);
        if (columns_[i].refers_to_own) own_references_.push_back(i);
    }
    std::ranges::sort(key_, {}, [this](std::size_t column) { return columns_[column].key_place; });
    refers_to_own_ = !own_references_.empty();
    if (columns_.size() + key_.size() > parameters_max)
        throw db::Broken(fmt::format("{} has too many columns to be copied", name_));

    const std::string table = quoted(name_);
    const auto name_of = [this](std::size_t column) { return quoted(columns_[column].name); };
    const std::string all = join(columns_, ", ", [](const CopiedColumn& column) { return quoted(column.name); });
    const std::string key = join(key_, ", ", name_of);
    const std::string backwards = join(key_, ", ", [&](std::size_t column) { return name_of(column) + " DESC"; });
    count_ = statement("count", fmt::format("SELECT count(*) FROM {}", table));
    has_rows_ = statement("has", fmt::format("SELECT count(*) FROM (SELECT 1 AS one FROM {} LIMIT 1) AS found", table));
    insert_ = statement("insert", fmt::format("INSERT INTO {} ({}) VALUES ({})", table, all, places(columns_.size())));
    delete_all_ = statement("delete", fmt::format("DELETE FROM {}", table));
    if (key_.empty()) {
        read_first_ = statement("read", fmt::format("SELECT {0} FROM {1} ORDER BY {0}", all, table));
        return;
    }
    read_first_ = statement("read_first", fmt::format("SELECT {} FROM {} ORDER BY {} LIMIT $1", all, table, key));
    read_after_ = statement("read_after", fmt::format("SELECT {} FROM {} WHERE ({}) > ({}) ORDER BY {} LIMIT ${}", all,
                                                      table, key, places(key_.size()), key, key_.size() + 1));
    find_last_ = statement("last", fmt::format("SELECT {} FROM {} ORDER BY {} LIMIT 1", all, table, backwards));
    if (!refers_to_own_) return;
    std::size_t number = 0;
    const auto equals = [&](std::size_t column) { return fmt::format("{} = ${}", name_of(column), ++number); };
    const std::string changed = join(own_references_, ", ", equals);
    const std::string wanted = join(key_, " AND ", equals);
    link_ = statement("link", fmt::format("UPDATE {} SET {} WHERE {}", table, changed, wanted));
}

CopiedTable::Statement CopiedTable::statement(const char* what, std::string sql) const {
    return {fmt::format("copy_{}_{}", what, name_), std::move(sql)};
}

CopiedRow CopiedTable::to_row(const db::Row& row) const {
    CopiedRow copied(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].is_text) {
            if (auto text = row.find_text(i)) copied[i] = std::move(*text);
        } else if (const auto number = row.find_integer(i)) {
            copied[i] = *number;
        }
    }
    return copied;
}

std::int64_t CopiedTable::count(db::Tx& tx) const { return tx.run(count_.query(), {})[0].integer(0); }

bool CopiedTable::has_rows(db::Tx& tx) const { return tx.run(has_rows_.query(), {})[0].integer(0) > 0; }

std::vector<CopiedRow> CopiedTable::read(db::Tx& tx, const CopiedRow* after, std::int64_t limit) const {
    Parameters parameters;
    if (after != nullptr)
        for (const std::size_t column : key_) parameters.push_back(to_parameter((*after)[column]));
    if (has_key()) parameters.emplace_back(limit);
    const db::Rows rows = run(tx, (after != nullptr ? read_after_ : read_first_).query(), parameters);
    std::vector<CopiedRow> copied;
    copied.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) copied.push_back(to_row(rows[i]));
    return copied;
}

std::optional<CopiedRow> CopiedTable::find_last(db::Tx& tx) const {
    const db::Rows rows = tx.run(find_last_.query(), {});
    if (rows.empty()) return std::nullopt;
    return to_row(rows[0]);
}

void CopiedTable::insert(db::Tx& tx, const CopiedRow& row) const {
    Parameters parameters;
    parameters.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
        parameters.push_back(columns_[i].refers_to_own ? db::Parameter(nullptr) : to_parameter(row[i]));
    change(tx, insert_.query(), parameters);
}

void CopiedTable::link(db::Tx& tx, const CopiedRow& row) const {
    const auto is_null = [&](std::size_t column) { return std::holds_alternative<std::monostate>(row[column]); };
    if (std::ranges::all_of(own_references_, is_null)) return;
    Parameters parameters;
    for (const std::size_t column : own_references_) parameters.push_back(to_parameter(row[column]));
    for (const std::size_t column : key_) parameters.push_back(to_parameter(row[column]));
    change(tx, link_.query(), parameters);
}

void CopiedTable::delete_all(db::Tx& tx) const { tx.change(delete_all_.query(), {}, db::Expect::any); }

std::string CopiedTable::describe_key(const CopiedRow& row) const {
    return join(key_, ", ", [&](std::size_t column) {
        if (const auto* text = std::get_if<std::string>(&row[column])) return '\'' + *text + '\'';
        const auto* number = std::get_if<std::int64_t>(&row[column]);
        return number != nullptr ? std::to_string(*number) : std::string("NULL");
    });
}

CopiedTables list_copied_tables(db::Tx& tx) {
    using Kind = db::SchemaObject::Kind;
    std::map<std::string, std::vector<CopiedColumn>> columns;
    std::map<std::string, std::set<std::string>> references;
    for (const db::SchemaObject& object : tx.list_schema()) {
        const std::size_t dot = std::min(object.name.find('.'), object.name.size());
        const std::string table = object.name.substr(0, dot);
        if (object.kind != Kind::column || !is_copied(table)) continue;
        const bool refers_to_own = object.references == table;
        columns[table].push_back({.name = object.name.substr(dot + 1),
                                  .is_text = object.is_text,
                                  .key_place = object.key_place,
                                  .refers_to_own = refers_to_own});
        std::set<std::string>& wanted = references[table];
        if (!object.references.empty() && !refers_to_own) wanted.insert(object.references);
    }
    CopiedTables tables;
    for (const std::string& table : order_by_references(references))
        tables.push_back(std::make_unique<const CopiedTable>(table, std::move(columns[table])));
    return tables;
}

void append_for_digest(std::string& text, const CopiedRow& row) {
    for (const CopiedValue& value : row) {
        if (const auto* number = std::get_if<std::int64_t>(&value))
            fmt::format_to(std::back_inserter(text), "i{};", *number);
        else if (const auto* words = std::get_if<std::string>(&value))
            fmt::format_to(std::back_inserter(text), "t{}:{};", words->size(), *words);
        else
            text += "n;";
    }
}

std::size_t size_of(const CopiedRow& row) {
    std::size_t bytes = 0;
    for (const CopiedValue& value : row) {
        const auto* text = std::get_if<std::string>(&value);
        bytes += sizeof value + (text == nullptr ? 0 : text->size());
    }
    return bytes;
}

}  // namespace store
