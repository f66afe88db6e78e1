// A database as it was: out of the folder that an Archive, or back_up_sqlite, has written. Used by server/ for the
// commands backup and restore. Never touches a file that is there.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace db {

// A copy of what is committed at the time, taken beside a running server, as a snapshot in the folder; returns the
// snapshot's file. `now`: milliseconds since 1970. `find_problem` looks at the copy's file: what it says, in a
// sentence, is thrown as Broken, and there is no snapshot. Throws Unavailable (also where the folder is a server's
// archive: restore would look for no commits behind the copy), Broken.
std::string back_up_sqlite(const std::string& path, const std::string& folder, std::int64_t now,
                           const std::function<std::string(const std::string& copy)>& find_problem = {});

struct RestoredSqlite {
    std::int64_t snapshot_taken = 0;
    std::int64_t commits = 0;                     // that were applied to it
    std::int64_t as_of = 0;                       // the last of them, or the snapshot
    std::optional<std::int64_t> next_kept = {};   // set where the archive does not go on from there without a gap: it
                                                  // begins again at that time
    std::optional<std::int64_t> lost_since = {};  // set where it names later commits, from that time on, which cannot
                                                  // be had: they came to no snapshot, or their log, or one before
                                                  // it, is not there
};

// `at`, in milliseconds since 1970: with all that had been committed by then; absent: with all that there is. `into` is
// there only once it is complete. Throws Unavailable: `into` is there; the folder has nothing that old, or nothing;
// what cannot be read or written. Throws Broken when something of the archive is damaged;
// a log that ends too early is cut at its last whole commit.
RestoredSqlite restore_sqlite(const std::string& folder, std::optional<std::int64_t> at, const std::string& into);

}  // namespace db
