// Copies of a database and how to have one back, for the commands: `backup`, `restore`, and the archive of a server
// that was told to keep one.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "db/archive.h"
#include "server/config.h"
#include "server/steady_time.h"

// Null: none is wanted. Its times are those of the server's rows. Throws as db::Archive does: db::Unavailable when its
// folder cannot be written to, holds backups, or another process archives there; db::Broken when what describes one of
// its snapshots does not.
std::shared_ptr<db::Archive> make_archive(const Config&, std::shared_ptr<SteadyTime>,
                                          std::function<void(std::string_view)> log);

// Beside a running server. Returns the copy's file, which has been checked. Refuses: not_found (no such database),
// unavailable (cannot be read or written), conflict (what was copied is not sound, in words: there is no copy then).
Result<std::string> back_up(const std::string& database_path, const std::string& folder, Instant now);

struct RestoredDatabase {
    Instant snapshot_taken;
    Instant as_of;
    std::int64_t commits = 0;                // behind the snapshot
    std::optional<Instant> next_kept = {};   // there is a gap up to then
    std::optional<Instant> lost_since = {};  // what the archive names from then on cannot be restored
};

// Into a file that is not there yet, and is sound at the end. Refuses: unavailable (the file is there; the folder has
// nothing as old as that; what cannot be read or written), conflict (the archive, or what came out of it, is damaged).
Result<RestoredDatabase> restore(const std::string& folder, std::optional<Instant> at,
                                 const std::string& database_path);
