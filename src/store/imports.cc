#include "store/imports.h"

#include "store/convert.h"

namespace store {
namespace {

#define SELECT_IMPORTS                                                                                           \
    "SELECT id, reseller_id, fingerprint, name, position, opened, refused, created_at, updated_at, finished_at," \
    " action FROM import WHERE reseller_id = $1 AND "

constexpr db::Query find_query{"find_import", SELECT_IMPORTS "id = $2"};
constexpr db::Query find_by_fingerprint_query{"find_import_by_fingerprint", SELECT_IMPORTS "fingerprint = $2"};
constexpr db::Query list_query{"list_imports", SELECT_IMPORTS "id > $2 ORDER BY id LIMIT $3"};
constexpr db::Query insert_query{
    "insert_import",
    "INSERT INTO import (id, reseller_id, fingerprint, name, position, opened, refused, created_at, updated_at,"
    " finished_at, action) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (reseller_id, "
    "fingerprint) DO NOTHING"};
constexpr db::Query update_query{"update_import",
                                 "UPDATE import SET position = $3, opened = $4, refused = $5, updated_at = $6,"
                                 " finished_at = $7 WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query delete_query{"delete_import", "DELETE FROM import WHERE reseller_id = $1 AND id = $2"};
constexpr db::Query forget_query{"insert_forgotten_import",
                                 "INSERT INTO forgotten_import (reseller_id, import_id) VALUES ($1, $2)"};
constexpr db::Query find_forgotten_query{"find_forgotten_import",
                                         "SELECT reseller_id, import_id FROM forgotten_import LIMIT 1"};
constexpr db::Query delete_refusals_query{
    "delete_import_refusals",
    "DELETE FROM import_refusal WHERE reseller_id = $1 AND import_id = $2 AND row_number IN (SELECT row_number"
    " FROM import_refusal WHERE reseller_id = $1 AND import_id = $2 ORDER BY row_number LIMIT $3)"};
constexpr db::Query delete_forgotten_query{"delete_forgotten_import",
                                           "DELETE FROM forgotten_import WHERE reseller_id = $1 AND import_id = $2"};
constexpr db::Query insert_refusal_query{
    "insert_import_refusal",
    "INSERT INTO import_refusal (reseller_id, import_id, row_number, uid, field, code, detail)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Query list_refusals_query{"list_import_refusals",
                                        "SELECT row_number, uid, field, code, detail FROM import_refusal"
                                        " WHERE reseller_id = $1 AND import_id = $2 AND row_number > $3"
                                        " ORDER BY row_number LIMIT $4"};

Import to_import(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .fingerprint = row.text(2),
        .name = row.text(3),
        .action = parse_import_action(row.text(10)).value_or(ImportAction::open),
        .position = row.integer(4),
        .opened = row.integer(5),
        .refused = row.integer(6),
        .created_at = from_milliseconds(row.integer(7)),
        .updated_at = from_milliseconds(row.integer(8)),
        .finished_at = to_instant(row.find_integer(9)),
    };
}

std::optional<Import> first(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return to_import(rows[0]);
}

}  // namespace

std::optional<Import> find_import(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    return first(tx.run(find_query, {reseller_id, id}));
}

std::optional<Import> find_import(db::Tx& tx, std::int64_t reseller_id, std::string_view fingerprint) {
    return first(tx.run(find_by_fingerprint_query, {reseller_id, fingerprint}));
}

std::vector<Import> list_imports(db::Tx& tx, std::int64_t reseller_id, std::int64_t after_id, int limit) {
    const db::Rows rows = tx.run(list_query, {reseller_id, after_id, limit});
    std::vector<Import> imports;
    for (std::size_t i = 0; i < rows.size(); ++i) imports.push_back(to_import(rows[i]));
    return imports;
}

void insert_import(db::Tx& tx, const Import& import) {
    tx.change(insert_query,
              {import.id, import.reseller_id, import.fingerprint, import.name, import.position, import.opened,
               import.refused, to_milliseconds(import.created_at), to_milliseconds(import.updated_at),
               to_column(import.finished_at), to_string(import.action)},
              db::Expect::new_row);
}

void update_import(db::Tx& tx, const Import& import) {
    tx.change(update_query,
              {import.reseller_id, import.id, import.position, import.opened, import.refused,
               to_milliseconds(import.updated_at), to_column(import.finished_at)},
              db::Expect::any);
}

void delete_import(db::Tx& tx, const Import& import) {
    tx.change(delete_query, {import.reseller_id, import.id}, db::Expect::any);
    if (import.refused > 0) tx.change(forget_query, {import.reseller_id, import.id}, db::Expect::any);
}

std::optional<ImportKey> find_forgotten_import(db::Tx& tx) {
    const db::Rows rows = tx.run(find_forgotten_query, {});
    if (rows.empty()) return std::nullopt;
    return ImportKey{rows[0].integer(0), rows[0].integer(1)};
}

void delete_import_refusals(db::Tx& tx, const ImportKey& key, int limit) {
    const db::Rows deleted = tx.run(delete_refusals_query, {key.reseller_id, key.import_id, limit});
    if (static_cast<int>(deleted.changed()) < limit)
        tx.change(delete_forgotten_query, {key.reseller_id, key.import_id}, db::Expect::any);
}

void insert_import_refusal(db::Tx& tx, const ImportKey& key, const ImportRefusal& refusal) {
    tx.change(insert_refusal_query,
              {key.reseller_id, key.import_id, refusal.row, refusal.uid, refusal.field, refusal.code, refusal.detail},
              db::Expect::any);
}

std::vector<ImportRefusal> list_import_refusals(db::Tx& tx, const ImportKey& key, std::int64_t after_row, int limit) {
    const db::Rows rows = tx.run(list_refusals_query, {key.reseller_id, key.import_id, after_row, limit});
    std::vector<ImportRefusal> refusals;
    for (std::size_t i = 0; i < rows.size(); ++i)
        refusals.push_back({.row = rows[i].integer(0),
                            .uid = rows[i].text(1),
                            .field = rows[i].text(2),
                            .code = rows[i].text(3),
                            .detail = rows[i].text(4)});
    return refusals;
}

}  // namespace store
