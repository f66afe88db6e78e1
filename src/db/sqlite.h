// SQLite behind db::Database: one file, one process, one writer thread with group commit, any number of readers (WAL).
// Opened by server/ and cli/ only. Beside the file FILE it keeps FILE-wal and FILE-shm while it is open, and FILE-lock
// for good.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "db/database.h"
#include "db/status.h"

namespace db {

class Archive;

struct SqliteOptions {
    std::string path;
    std::string vfs;                   // name of a registered VFS; empty: the default one (tests inject faults here)
    std::size_t queue_limit = 10'000;  // works that may wait; beyond: Unavailable
    std::size_t batch_limit = 1'024;   // works in one commit
    std::chrono::milliseconds deadline{10'000};  // a work that waited longer is not begun: Unavailable
    std::size_t checkpoint_pages = 1'000;   // a background checkpoint (PASSIVE) each time the WAL has grown by so many
    std::size_t wal_limit_pages = 20'000;   // from here on the WAL is begun anew as soon as that takes next to no time
    std::chrono::milliseconds idle{2'000};  // without a write, after which the WAL file is emptied
    // Is handed the telling of all whose works were committed together, and calls it once, at once: so that what they
    // do about it can be gathered. Empty: they are told.
    std::function<void(const std::function<void()>& tell_all)> tell = {};
    std::shared_ptr<Status> status = std::make_shared<Status>();  // is kept up to date
    std::shared_ptr<Archive> archive = {};  // where all that is committed is kept, see archive.h; null: nowhere
    std::function<void(std::string_view)> log = {};  // why something failed or recovered, one sentence; any thread
};

// Opens the file, or makes it, readable by its owner only. Throws, with one clear sentence that names the file,
// Unavailable when it is open already, in another process or in this one, or cannot be read or written; Broken when it
// is no SQLite database. The destructor finishes all works that wait, copies the WAL into the file and removes it. No
// read may be running.
std::unique_ptr<Database> open_sqlite(SqliteOptions);

}  // namespace db
