// A lock that one process at a time can hold, and that the kernel takes back however the process ends. The SQLite
// driver takes it before it touches a database file. It is a file of its own beside the database: closing any
// descriptor of the database file itself would drop the POSIX locks that SQLite holds on it.

#pragma once

#include <string>

namespace db {

class FileLock {
public:
    // Makes the file if need be, and leaves it there at the end: removing it would race with the next holder. Throws
    // Unavailable when somebody else has the lock, in this process or another; `subject` is what the sentence then
    // speaks of.
    FileLock(const std::string& path, const std::string& subject);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int descriptor_ = -1;
};

}  // namespace db
