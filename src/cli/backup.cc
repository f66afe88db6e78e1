#include "cli/backup.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "core/time.h"
#include "server/backup.h"
#include "server/config.h"

namespace {

constexpr int exit_refused = 1;
constexpr int exit_makes_no_sense = 2;
constexpr int exit_not_found = 4;

int refuse(const std::string& sentence, int code) {
    fmt::print(stderr, "partnerd: {}\n", sentence);
    return code;
}

int refuse(const Error& error) {
    return refuse(error.detail, error.reason == Reason::not_found ? exit_not_found : exit_refused);
}

Result<std::string> path_of(const std::string& database) {
    if (database.starts_with("postgresql:") || database.starts_with("postgres:"))
        return Error{
            Reason::invalid,
            "This is for SQLite. A PostgreSQL database is copied by pg_basebackup, and brought back to a moment "
            "by its own archive (archive_command, recovery_target_time)."};
    return TRY(make_config({{{"database", database}}})).database_path;
}

}  // namespace

int back_up_database(const std::string& database, const std::string& folder) {
    const auto path = path_of(database);
    if (!path.ok()) return refuse(path.error().detail, exit_makes_no_sense);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto copied = back_up(path.value(), folder, now);
    if (!copied.ok()) return refuse(copied.error());
    fmt::print("{} holds {} as of {}, and is sound.\n", copied.value(), path.value(), format_rfc3339(now));
    return 0;
}

int restore_database(const std::string& folder, const std::string& at, const std::string& database) {
    const auto path = path_of(database);
    if (!path.ok()) return refuse(path.error().detail, exit_makes_no_sense);
    const auto instant = at.empty() ? std::nullopt : parse_rfc3339(at);
    if (!at.empty() && !instant)
        return refuse(fmt::format("--at: {} is no time like 2026-11-30T09:00:00Z", at), exit_makes_no_sense);
    const auto restored = restore(folder, instant, path.value());
    if (!restored.ok()) return refuse(restored.error());
    fmt::print("{} is the database as of {}: the snapshot of {} and {} commits. It is sound.\n", path.value(),
               format_rfc3339(restored.value().as_of), format_rfc3339(restored.value().snapshot_taken),
               restored.value().commits);
    if (restored.value().next_kept)
        fmt::print("The archive has nothing of what may have been committed between then and {}.\n",
                   format_rfc3339(*restored.value().next_kept));
    if (restored.value().lost_since)
        fmt::print(
            "What the archive names from {} on cannot be restored: it came to no snapshot, or its log, or one before "
            "it, is not there.\n",
            format_rfc3339(*restored.value().lost_since));
    return 0;
}
