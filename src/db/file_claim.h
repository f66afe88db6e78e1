// The hold of one process on a database file itself, whatever names lead to it: a second server that comes by a hard
// link, or after somebody has removed the lock file beside the database, is turned away. Taken by the SQLite driver
// before SQLite opens the file.
//
// It is an open file description's lock on a byte far behind those that SQLite locks. Closing any descriptor of the
// file drops the POSIX locks that SQLite holds on it in this process: so the claim outlives SQLite's connections, and a
// file that this process has claimed is never opened to be looked at.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace db {

struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;

    auto operator<=>(const FileIdentity&) const = default;
};

class FileClaim {
public:
    // Of a file that is there. Throws Unavailable when it cannot be opened for writing, or somebody has claimed it, in
    // this process or another.
    explicit FileClaim(const std::string& path);
    ~FileClaim();
    FileClaim(const FileClaim&) = delete;
    FileClaim& operator=(const FileClaim&) = delete;

    const FileIdentity& file() const { return file_; }

    // The number at which PRAGMA application_id stands in the file's header; 0: none, or the file is empty.
    std::uint32_t application_id() const;
    bool is_empty() const;

    // The file's bytes, for whoever keeps a copy. Throw Unavailable.
    std::int64_t size() const;
    std::size_t read(char* into, std::size_t size, std::int64_t offset) const;

private:
    FileIdentity file_;
    int descriptor_ = -1;
};

// Whether a process, perhaps this one, has claimed the file; false also when there is no such file.
bool is_claimed(const std::string& path);

}  // namespace db
