#include "store/migrate.h"

#include <utility>

#include "store/migrate_first.h"
#include "store/recognise.h"

namespace store {
namespace {

constexpr db::Query insert_query{"insert_schema_version", "INSERT INTO schema_version (version, name) VALUES ($1, $2)"};

constexpr std::string_view version_table =
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT";

// Another server may have been here since the database was looked at.
int version_of(db::Tx& tx, const std::vector<EmbeddedFile>& files) { return recognise(tx, files).version; }

const EmbeddedFile& file_of(const std::vector<EmbeddedFile>& files, int version) {
    return files[static_cast<std::size_t>(version - 1)];
}

bool has_indexes_only(const EmbeddedFile& file) { return file.name.ends_with("_indexes.sql"); }

void note_version(db::Tx& tx, const std::vector<EmbeddedFile>& files, int version) {
    tx.run(insert_query, {version, file_of(files, version).name});
}

void add_file(db::Tx& tx, const std::vector<EmbeddedFile>& files, int version) {
    tx.run_script(file_of(files, version).bytes);
    note_version(tx, files, version);
}

// Of a table that may be large, and that others write to meanwhile: first the indexes, then their version.
void add_indexes(db::Database& database, const std::vector<EmbeddedFile>& files, int version) {
    database.make_indexes(file_of(files, version).bytes);
    db::write_and_wait(database, [&](db::Tx& tx) {
        if (version_of(tx, files) < version) note_version(tx, files, version);
    });
}

void fill(db::Tx& tx, const std::vector<EmbeddedFile>& files, const std::function<void(db::Tx&)>& first) {
    if (version_of(tx, files) > 0) return;
    tx.run_script(version_table);
    for (int version = 1; version <= static_cast<int>(files.size()); ++version) add_file(tx, files, version);
    if (first) first(tx);
}

}  // namespace

Result<Migrated> migrate(db::Database& database, const std::vector<EmbeddedFile>& files,
                         const std::function<void(db::Tx&)>& first) {
    Recognised found;
    db::read_and_wait(database, [&](db::Tx& tx) { found = recognise(tx, files); });
    const int newest = static_cast<int>(files.size());
    if (!found.foreign.empty()) return Error{Reason::conflict, "This is no database of ours: " + found.foreign + "."};
    if (std::string refusal = refuse_newer(found, newest); !refusal.empty())
        return Error{Reason::conflict, std::move(refusal)};
    if (found.version > newest) return Migrated{.from = found.version, .to = found.version};
    if (found.version == 0) db::write_and_wait(database, [&](db::Tx& tx) { fill(tx, files, first); });
    for (int version = found.version + 1; found.version > 0 && version <= newest; ++version) {
        if (has_indexes_only(file_of(files, version))) {
            add_indexes(database, files, version);
            continue;
        }
        db::write_and_wait(database, [&](db::Tx& tx) {
            if (version_of(tx, files) < version) add_file(tx, files, version);
        });
    }
    return Migrated{.from = found.version, .to = newest};
}

Result<Migrated> migrate(db::Database& database, const std::vector<EmbeddedFile>& files) {
    return migrate(database, files, {});
}

}  // namespace store
