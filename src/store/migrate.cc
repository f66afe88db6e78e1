#include "store/migrate.h"

#include <fmt/format.h>

namespace store {
namespace {

constexpr db::Query current_query{"current_schema_version", "SELECT coalesce(max(version), 0) FROM schema_version"};
constexpr db::Query insert_query{"insert_schema_version", "INSERT INTO schema_version (version, name) VALUES ($1, $2)"};

constexpr std::string_view version_table =
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT";

}  // namespace

Result<Migrated> migrate(db::Database& database, const std::vector<EmbeddedFile>& files) {
    int current = 0;
    db::write_and_wait(database, [&](db::Tx& tx) {
        tx.run_script(version_table);
        current = static_cast<int>(tx.run(current_query, {})[0].integer(0));
    });
    const int newest = static_cast<int>(files.size());
    if (current > newest)
        return Error{Reason::conflict,
                     fmt::format("The database has schema version {}, this program knows only up to {}: use a newer "
                                 "partnerd.",
                                 current, newest)};
    for (int version = current + 1; version <= newest; ++version) {
        const EmbeddedFile& file = files[static_cast<std::size_t>(version - 1)];
        db::write_and_wait(database, [&](db::Tx& tx) {
            tx.run_script(file.bytes);
            tx.run(insert_query, {version, file.name});
        });
    }
    return Migrated{.from = current, .to = newest};
}

}  // namespace store
