#include "server/migration.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "db/postgres.h"
#include "db/sqlite_file.h"
#include "engine/upkeep/database_identity.h"
#include "server/open.h"
#include "store/migrate.h"
#include "store/recognise.h"

namespace {

// The comment at its beginning, up to its first full stop.
std::string first_sentence(std::string_view sql) {
    std::string sentence;
    while (sql.starts_with("-- ")) {
        const std::string_view line = sql.substr(3, sql.find('\n') - 3);
        if (!sentence.empty()) sentence += ' ';
        const std::size_t stop = line.find(". ");
        sentence += line.substr(0, stop);
        if (stop != std::string_view::npos || line.ends_with('.')) break;
        sql.remove_prefix(std::min(sql.size(), 3 + line.size() + 1));
    }
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

struct Looked {
    store::Recognised found = {};
    Result<void> is_finished = {};  // as copies go
};

Looked look_at(db::Tx& tx) {
    Looked looked{.found = store::recognise(tx)};
    if (looked.found.version > 0) looked.is_finished = refuse_unfinished_copy(tx);
    return looked;
}

Result<Looked> look_at_postgres(const std::string& address) {
    const auto database =
        db::open_postgres({.address = TRY(db::read_postgres_address(address)), .read_connections = 1});
    Looked looked;
    db::read_and_wait(*database, [&](db::Tx& tx) { looked = look_at(tx); });
    return looked;
}

Result<MigrationPlan> plan(const std::string& database_path) {
    const bool is_file = !db::is_postgres_address(database_path);
    if (is_file && !std::filesystem::exists(database_path))
        return Error{Reason::not_found, "There is no database " + database_path + "."};
    std::error_code ignored;
    Looked looked;
    if (!is_file) looked = TRY(look_at_postgres(database_path));
    if (is_file && std::filesystem::file_size(database_path, ignored) != 0) {
        const db::ReadOnlySqlite opened = db::open_sqlite_read_only(database_path);
        db::read_and_wait(*opened.database, [&](db::Tx& tx) { looked = look_at(tx); });
    }
    const store::Recognised& found = looked.found;
    if (!found.foreign.empty())
        return Error{Reason::conflict,
                     (is_file ? database_path : "This") + " is no database of ours: " + found.foreign + "."};
    const int newest = static_cast<int>(store::schema_files.size());
    if (const std::string refusal = store::refuse_newer(found, newest); !refusal.empty())
        return Error{Reason::conflict, refusal};
    if (found.version == 0) return Error{Reason::not_found, "This database has never been served."};
    TRY(looked.is_finished);
    MigrationPlan plan{.from = found.version, .to = newest, .steps = {}};
    for (int version = found.version + 1; version <= newest; ++version) {
        const EmbeddedFile& file = store::schema_files[static_cast<std::size_t>(version - 1)];
        plan.steps.push_back({std::string(file.name), first_sentence(file.bytes)});
    }
    return plan;
}

}  // namespace

Result<MigrationPlan> plan_migration(const std::string& database_path) {
    return say_where<MigrationPlan>(database_path, [&] { return plan(database_path); });
}

Result<MigrationPlan> migrate_database(const std::string& database_path) {
    MigrationPlan plan = TRY(plan_migration(database_path));
    if (plan.steps.empty()) return plan;
    auto opened = open_existing_database(database_path);
    if (!opened.ok()) return opened.error();
    return plan;
}
