// Whether the path of an open database still leads to the file that is open. Once somebody has removed the file, or put
// another in its place, what is written goes into a file without a name, and nobody will ever read it: so from then on
// nothing may be acknowledged. The same for the WAL beside it.
//
// The SQLite driver asks around each commit; a thread asks each second, so that it is noticed, and said, when nobody
// writes. By stat(2) alone: opening and closing the file would drop SQLite's locks on it.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "db/file_claim.h"
#include "db/health.h"

namespace db {

class FileWatch {
public:
    FileWatch(const FileClaim&, std::string path, std::chrono::milliseconds interval,
              std::function<void(std::string_view)> log, Status* status);
    ~FileWatch();
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    // From when SQLite has opened its files, to when it begins to close them: then it removes the WAL itself.
    void start();
    void stop();

    // Looks now. Any thread.
    bool look();

    // As it was when somebody last looked.
    bool is_there() const { return is_there_.load(std::memory_order_acquire); }

    static constexpr const char* refusal = "the database file has been removed or replaced";

private:
    std::string find_fault();  // in words; empty: none
    void loop();

    const std::string path_;
    const std::string wal_path_;
    const FileIdentity file_;
    const std::chrono::milliseconds interval_;
    Health health_;
    std::atomic<bool> is_there_ = true;
    std::mutex looking_;
    std::optional<FileIdentity> wal_;  // absent: SQLite has not made it yet

    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace db
