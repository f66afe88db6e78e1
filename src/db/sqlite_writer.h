// The one writer of a SQLite file: a thread that commits together whatever waits, each work undone by itself when it has to
// be, and tells nobody before the commit is durable. Used by sqlite.cc.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "db/database.h"
#include "db/health.h"
#include "db/sqlite.h"
#include "db/sqlite_checkpointer.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_readers.h"

namespace db::sqlite {

class Writer {
public:
    Writer(const SqliteOptions&, const ConnectionOptions&, Readers&, Health& writing, Health& checkpointing);
    ~Writer();

    void write(Database::Work, Database::Done);
    void stop();  // after all that waits has been done
    std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

private:
    using Clock = std::chrono::steady_clock;

    struct Job {
        Database::Work work;
        Database::Done done;
        Clock::time_point begin_before;
        std::exception_ptr failure;
    };

    void write_loop();
    bool next_batch(std::vector<Job>&);
    void rest(std::unique_lock<std::mutex>&);
    void commit_together(std::vector<Job>&);
    void run_one(Job&, bool alone, bool& invalidates);
    void abandon(std::vector<Job>&, std::exception_ptr) noexcept;
    void tell_health();

    const std::size_t queue_limit_;
    const std::size_t batch_limit_;
    const std::chrono::milliseconds deadline_;
    const std::chrono::milliseconds idle_;
    const ConnectionOptions connection_options_;
    Readers& readers_;
    Health& health_;
    std::optional<Connection> connection_;  // absent: to be opened again
    Checkpointer checkpointer_;
    std::atomic<std::uint64_t> generation_ = 0;
    bool wal_may_have_pages_ = true;  // the writer's thread only

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace db::sqlite
