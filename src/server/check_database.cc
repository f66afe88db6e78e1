#include "server/check_database.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include "db/postgres.h"
#include "db/sqlite_file.h"
#include "engine/upkeep/database_identity.h"
#include "server/open.h"
#include "server/system_world.h"
#include "store/migrate.h"
#include "store/recognise.h"

namespace {

class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "partnerd-check-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("there is no room for a copy in " + pattern);
        path_ = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;

    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

std::unique_ptr<db::Database> make_current(const std::string& path) {
    auto database = db::open_sqlite({.path = path});
    if (const auto migrated = store::migrate(*database); !migrated.ok()) throw db::Broken(migrated.error().detail);
    return database;
}

void add_schema_problems(db::Database& database, const ScratchFolder& scratch, std::vector<std::string>& problems,
                         bool is_file = true) {
    const auto wanted = make_current(scratch.file("wanted.db"));
    db::read_and_wait(database, [&](db::Tx& found_tx) {
        db::read_and_wait(*wanted, [&](db::Tx& wanted_tx) {
            for (std::string& difference : store::compare_schemas(found_tx, wanted_tx, is_file))
                problems.push_back(std::move(difference));
        });
    });
}

// The accounts, and what a server reads when it starts.
Result<void> check_contents(db::Database& database, CheckedDatabase& checked) {
    std::optional<Error> refusal;
    db::read_and_wait(database, [&](db::Tx& tx) {
        const auto identity = get_identity(tx);
        if (!identity.ok()) {
            refusal = identity.error();
            return;
        }
        checked.accounts = check_accounts(tx, SystemWorld(identity.value().sealing_key, 0));
    });
    if (refusal) return *refusal;
    return {};
}

// What a server would do first, done to a copy.
Result<void> check_older(const std::string& path, const ScratchFolder& scratch, CheckedDatabase& checked) {
    const std::string copy = scratch.file("copy.db");
    db::copy_sqlite(path, copy);
    std::unique_ptr<db::Database> current;
    try {
        current = make_current(copy);
    } catch (const db::Broken& failure) {
        checked.file_problems.push_back(fmt::format("the schema cannot be brought from version {} to {}: {}",
                                                    checked.version, checked.newest_version, failure.what()));
        return {};
    }
    add_schema_problems(*current, scratch, checked.file_problems);
    if (!checked.file_problems.empty()) return {};
    return check_contents(*current, checked);
}

// Refuses another program's, and a newer one.
Result<CheckedDatabase> begin_look(db::Database& database, const std::string& name) {
    CheckedDatabase checked{.newest_version = static_cast<int>(store::schema_files.size())};
    store::Recognised found;
    db::read_and_wait(database, [&](db::Tx& tx) { found = store::recognise(tx); });
    if (!found.foreign.empty())
        return Error{Reason::conflict, name + " is no database of ours: " + found.foreign + "."};
    if (std::string refusal = store::refuse_newer(found, checked.newest_version); !refusal.empty())
        return Error{Reason::conflict, std::move(refusal)};
    checked.version = found.version;
    return checked;
}

Result<CheckedDatabase> look(const std::string& path, db::Database& database) {
    CheckedDatabase checked = TRY(begin_look(database, path));
    checked.file_problems = database.check_integrity();
    if (!checked.file_problems.empty()) return checked;
    if (checked.version == 0) return Error{Reason::not_found, "This database has never been served."};

    const ScratchFolder scratch;
    if (checked.version < checked.newest_version) {
        TRY(check_older(path, scratch, checked));
        return checked;
    }
    add_schema_problems(database, scratch, checked.file_problems);
    if (checked.file_problems.empty()) TRY(check_contents(database, checked));
    return checked;
}

constexpr std::chrono::hours may_take{24};  // all accounts are read in one work

Result<CheckedDatabase> check_postgres(const std::string& address) {
    const auto database = db::open_postgres(
        {.address = TRY(db::read_postgres_address(address)), .read_connections = 1, .deadline = may_take});
    CheckedDatabase checked = TRY(begin_look(*database, "This"));
    if (checked.version == 0) return Error{Reason::not_found, "This database has never been served."};
    if (checked.version < checked.newest_version)
        return Error{Reason::conflict, fmt::format("The schema has version {}, and {} is to come: partnerd migrate.",
                                                   checked.version, checked.newest_version)};
    const ScratchFolder scratch;
    add_schema_problems(*database, scratch, checked.file_problems, false);
    if (checked.file_problems.empty()) TRY(check_contents(*database, checked));
    return checked;
}

}  // namespace

Result<CheckedDatabase> check_database_file(const std::string& path) {
    if (db::is_postgres_address(path)) return say_where<CheckedDatabase>(path, [&] { return check_postgres(path); });
    if (!std::filesystem::exists(path)) return Error{Reason::not_found, "There is no database " + path + "."};
    // Whatever stands beside an empty file, SQLite would take it for a remnant, and remove it.
    std::error_code ignored;
    if (std::filesystem::file_size(path, ignored) == 0)
        return Error{Reason::not_found, "This database has never been served."};
    constexpr int attempts = 3;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const db::ReadOnlySqlite opened = db::open_sqlite_read_only(path);
        Result<CheckedDatabase> checked = look(path, *opened.database);
        if (opened.is_unchanged()) return checked;
    }
    throw db::Unavailable(path + " is being written to; check it again when that has settled");
}
