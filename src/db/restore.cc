#include "db/restore.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "db/archive_files.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_file.h"

namespace db {
namespace {

using archive::File;
using archive::Generation;
using archive::Snapshot;

constexpr int busy_timeout_ms = 1'000;

std::string show(std::int64_t time) { return format_rfc3339(from_milliseconds(time)); }

void remove_with_its_log(const std::string& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + suffix, ignored);
}

void require_nothing_at(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-journal"})
        if (std::filesystem::exists(path + suffix))
            throw Unavailable(fmt::format("{}{} is there already: name a file that is not", path, suffix));
}

void copy_bytes(const std::string& from, const std::string& to, std::int64_t size) {
    const File source(from, File::Use::read);
    File copy(to, File::Use::make);
    // No larger than what there is: a restore copies many logs that are small, and clearing 4 MiB for each was half its
    // time.
    std::vector<char> piece(static_cast<std::size_t>(std::min(size, archive::copied_at_a_time)));
    for (std::int64_t done = 0; done < size;) {
        const auto wanted = static_cast<std::size_t>(std::min(size - done, archive::copied_at_a_time));
        const std::size_t count = source.read(piece.data(), wanted, done);
        if (count == 0) throw Broken(fmt::format("{} is too short", from));
        copy.write({piece.data(), count}, done);
        done += static_cast<std::int64_t>(count);
    }
    copy.sync();
}

std::int64_t count_frames(const std::string& wal, std::int64_t bytes) {
    std::string header(archive::wal_header_bytes, '\0');
    const File file(wal, File::Use::read);
    if (file.read(header.data(), header.size(), 0) < header.size()) throw Broken(wal + " is too short");
    return (bytes - archive::wal_header_bytes) / archive::wal_frame_bytes(header);
}

// The first `bytes` of a generation, copied into the file by SQLite itself, which finds each frame by its checksum.
void apply(const std::string& generation, std::int64_t bytes, const std::string& path) {
    copy_bytes(generation, path + "-wal", bytes);
    const std::int64_t frames = count_frames(generation, bytes);
    sqlite::Connection connection({.path = path});
    const auto found = connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE, busy_timeout_ms);
    if (found.failure) throw Unavailable(found.failure->reason);
    if (found.pages != frames || found.copied != found.pages)
        throw Broken(fmt::format("{} is damaged: {} of {} pages can be read", generation, found.pages, frames));
    const auto emptied = connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE, busy_timeout_ms);
    if (emptied.failure) throw Unavailable(emptied.failure->reason);
}

Snapshot choose_snapshot(const std::string& folder, const std::vector<Snapshot>& snapshots,
                         std::optional<std::int64_t> at) {
    if (snapshots.empty()) throw Unavailable(fmt::format("{} holds no backup", folder));
    if (at && snapshots.front().taken > *at)
        throw Unavailable(fmt::format("{} begins at {}", folder, show(snapshots.front().taken)));
    const Snapshot* chosen = &snapshots.front();
    for (const Snapshot& snapshot : snapshots)
        if (!at || snapshot.taken <= *at) chosen = &snapshot;
    return *chosen;
}

// Of a file that is not there, none.
std::int64_t count_bytes(const std::string& path) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(bytes);
}

bool is_last(const std::string& folder, std::int64_t number, std::int64_t epoch) {
    const auto next = archive::find_generation(folder, number + 1);
    return !next || next->epoch != epoch;
}

// False: the moment is reached.
bool apply_until(const std::string& folder, const Snapshot& snapshot, std::int64_t number, const Generation& generation,
                 std::optional<std::int64_t> at, const std::string& path, RestoredSqlite& restored) {
    const std::int64_t bytes_there = count_bytes(archive::generation_path(folder, number));
    std::int64_t bytes = 0;
    bool is_whole = true;
    for (const archive::Commit& commit : generation.commits) {
        is_whole = !at || commit.at <= *at;
        if (!is_whole) break;
        // Named before it was there: a power cut, or a folder that was copied meanwhile. Before others it is damage.
        if (commit.bytes > bytes_there && is_last(folder, number, snapshot.epoch)) {
            restored.lost_since = commit.at;
            break;
        }
        bytes = commit.bytes;
        if (number == snapshot.generation && bytes <= snapshot.bytes) continue;  // the snapshot knows it
        restored.as_of = commit.at;
        ++restored.commits;
    }
    if (number == snapshot.generation && bytes < snapshot.bytes)
        throw Broken(fmt::format("{} has less than its snapshot needs", archive::commits_path(folder, number)));
    if (bytes != 0) apply(archive::generation_path(folder, number), bytes, path);
    return is_whole;
}

// What there is behind the last commit that could be had; `generations`: from the one that was not there on.
void look_behind(const std::string& folder, const std::vector<Snapshot>& snapshots, std::int64_t epoch,
                 std::span<const std::int64_t> generations, RestoredSqlite& restored) {
    for (const Snapshot& later : snapshots) {
        if (later.epoch == epoch || later.taken <= restored.as_of) continue;
        restored.next_kept = later.taken;
        return;
    }
    for (const std::int64_t number : generations) {
        if (restored.lost_since) return;
        const auto generation = archive::find_generation(folder, number);
        if (generation && !generation->commits.empty()) restored.lost_since = generation->commits.front().at;
    }
}

}  // namespace

std::string back_up_sqlite(const std::string& path, const std::string& folder, std::int64_t now,
                           const std::function<std::string(const std::string& copy)>& find_problem) {
    archive::make_folder(folder);
    if (std::filesystem::exists(archive::lock_path(folder)))
        throw Unavailable(fmt::format("{} is a server's archive: name another folder for backups", folder));
    const std::vector<Snapshot> snapshots = archive::list_snapshots(folder);
    if (!snapshots.empty()) now = std::max(now, snapshots.back().taken + 1);
    const std::vector<std::int64_t> generations = archive::list_generations(folder);
    std::int64_t last = generations.empty() ? 0 : generations.back();
    for (const Snapshot& snapshot : snapshots) last = std::max(last, snapshot.generation);
    const std::string file = archive::snapshot_path(folder, now);
    try {
        copy_pages_of_sqlite(path, file);
        if (const std::string problem = find_problem ? find_problem(file) : ""; !problem.empty())
            throw Broken(fmt::format("the copy of {} is not sound, and is not kept: {}", path, problem));
    } catch (...) {
        remove_with_its_log(file);
        throw;
    }
    // An epoch of its own: no log goes on from it.
    archive::write_whole_file(archive::snapshot_info_path(folder, now),
                              render(Snapshot{.epoch = now, .taken = now, .generation = last + 1, .bytes = 0}));
    return file;
}

RestoredSqlite restore_sqlite(const std::string& folder, std::optional<std::int64_t> at, const std::string& into) {
    require_nothing_at(into);
    const std::vector<Snapshot> snapshots = archive::list_snapshots(folder);
    const Snapshot snapshot = choose_snapshot(folder, snapshots, at);
    RestoredSqlite restored{.snapshot_taken = snapshot.taken, .as_of = snapshot.taken};
    const std::string part = into + ".restoring";
    remove_with_its_log(part);
    try {
        const std::string source = archive::snapshot_path(folder, snapshot.taken);
        copy_bytes(source, part, File(source, File::Use::read).size());
        // Listed before: what a server begins meanwhile lies behind no hole.
        const std::vector<std::int64_t> generations = archive::list_generations(folder);
        bool goes_on = true;
        std::int64_t number = snapshot.generation;
        for (; goes_on; ++number) {
            const auto generation = archive::find_generation(folder, number);
            const bool is_there = generation && generation->epoch == snapshot.epoch;
            if (!is_there && number == snapshot.generation && snapshot.bytes > 0)
                throw Broken(
                    fmt::format("{} is not there: the snapshot needs it", archive::commits_path(folder, number)));
            if (!is_there) break;
            goes_on = apply_until(folder, snapshot, number, *generation, at, part, restored);
        }
        if (goes_on)
            look_behind(folder, snapshots, snapshot.epoch,
                        {std::ranges::lower_bound(generations, number), generations.end()}, restored);
        if (std::rename(part.c_str(), into.c_str()) != 0)
            throw Unavailable(fmt::format("{} cannot be renamed to {}", part, into));
        archive::sync_folder(std::filesystem::absolute(into).parent_path().string());
    } catch (...) {
        remove_with_its_log(part);
        throw;
    }
    return restored;
}

}  // namespace db
