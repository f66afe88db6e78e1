// What the SQLite driver watches over beside sqlite.h: whose file it opens, and whether the file stays where it is; and
// how to look at a file without opening it for writing. Used by server/ alone.
//
// What keeps a second server out is a claim on the file itself (file_claim.h); FILE-lock says who has it open.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "db/database.h"
#include "db/sqlite.h"

namespace db {

struct SqliteFile {
    // Whose file it is, PRAGMA application_id. A file that is there already and bears another number, or none, is shown
    // to `inspect` before anything is written to it; what that throws, open_sqlite throws.
    std::uint32_t application_id = 0;
    std::function<void(Tx&)> inspect = {};
    // How often is looked whether the path still leads to the file. Once it does not, reads and writes are Unavailable,
    // and the log says so.
    std::chrono::milliseconds watch{1'000};
};

std::unique_ptr<Database> open_sqlite(SqliteOptions, const SqliteFile&);

// For those who only look: changes nothing, neither the file nor anything beside it, and takes no lock that could keep
// a server out. Beside a running server it reads what is committed, as the server's own readers do; without one it
// needs no more than the right to read: on a read-only file system too. write() is refused with Broken.
struct ReadOnlySqlite {
    std::unique_ptr<Database> database;
    // Whether what was read is to be relied on: no server has begun to write to the file meanwhile.
    std::function<bool()> is_unchanged;
};
// Throws Unavailable when it cannot be read; Broken when it is no SQLite database.
ReadOnlySqlite open_sqlite_read_only(const std::string& path);

// A copy of what is committed, for those who want to change it: into a file that is not there yet. Throws as above.
void copy_sqlite(const std::string& path, const std::string& into);
// The same, page by page as it is, in steps between which a server gets on.
void copy_pages_of_sqlite(const std::string& path, const std::string& into);

}  // namespace db
