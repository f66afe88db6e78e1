#include "server/backup.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "db/restore.h"
#include "server/check_database.h"

namespace {

// What is wrong with the file, in one sentence; empty: it is sound.
std::string find_problem(const std::string& path) {
    const auto checked = check_database_file(path);
    if (!checked.ok()) return checked.error().detail;
    if (!checked.value().file_problems.empty()) return checked.value().file_problems.front();
    if (!checked.value().accounts.problems.empty()) return checked.value().accounts.problems.front();
    return {};
}

}  // namespace

std::shared_ptr<db::Archive> make_archive(const Config& config, std::shared_ptr<SteadyTime> time,
                                          std::function<void(std::string_view)> log) {
    if (config.archive_folder.empty()) return nullptr;
    return std::make_shared<db::Archive>(
        db::ArchiveOptions{.folder = config.archive_folder,
                           .waits = config.archive_wait,
                           .snapshot_each = std::chrono::hours(config.archive_snapshot_hours),
                           .keep = std::chrono::hours(24 * config.archive_keep_days),
                           .now = [time = std::move(time)] { return to_milliseconds(time->now()); },
                           .log = std::move(log)});
}

Result<std::string> back_up(const std::string& database_path, const std::string& folder, Instant now) try {
    if (!std::filesystem::exists(database_path))
        return Error{Reason::not_found, "There is no database " + database_path + "."};
    return db::back_up_sqlite(database_path, folder, to_milliseconds(now), find_problem);
} catch (const db::Unavailable& failure) {
    return Error{Reason::unavailable, failure.what()};
} catch (const db::Broken& failure) {
    return Error{Reason::conflict, failure.what()};
}

Result<RestoredDatabase> restore(const std::string& folder, std::optional<Instant> at,
                                 const std::string& database_path) try {
    const auto at_milliseconds = at ? std::optional(to_milliseconds(*at)) : std::nullopt;
    const db::RestoredSqlite restored = db::restore_sqlite(folder, at_milliseconds, database_path);
    if (const std::string problem = find_problem(database_path); !problem.empty())
        return Error{Reason::conflict, fmt::format("{} is restored, but not sound: {}", database_path, problem)};
    RestoredDatabase answer{.snapshot_taken = from_milliseconds(restored.snapshot_taken),
                            .as_of = from_milliseconds(restored.as_of),
                            .commits = restored.commits};
    if (restored.next_kept) answer.next_kept = from_milliseconds(*restored.next_kept);
    if (restored.lost_since) answer.lost_since = from_milliseconds(*restored.lost_since);
    return answer;
} catch (const db::Unavailable& failure) {
    return Error{Reason::unavailable, failure.what()};
} catch (const db::Broken& failure) {
    return Error{Reason::conflict, failure.what()};
}
