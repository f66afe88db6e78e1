// The one writer of a SQLite file: a thread that commits together whatever waits, each work undone by itself when it
// has to be, and tells nobody before the commit is durable. Used by sqlite.cc.
//
// A savepoint for each work would cost a tenth of the writer's time, and next to no work needs one: nearly all refusals
// come before the first change. So a batch runs without them at first, and once more with them when a work that has
// changed something has to be undone.

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "db/archive.h"
#include "db/database.h"
#include "db/file_watch.h"
#include "db/health.h"
#include "db/sqlite.h"
#include "db/sqlite_checkpointer.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_readers.h"

namespace db::sqlite {

class Writer {
public:
    Writer(const SqliteOptions&, const ConnectionOptions&, Readers&, FileWatch&, Health& writing,
           Health& checkpointing);
    ~Writer();

    void write(Database::Work, Database::Done);
    void stop();                                                          // after all that waits has been done
    void hold_checkpoints(bool is_held) { checkpointer_.hold(is_held); }  // any thread
    std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

private:
    using Clock = std::chrono::steady_clock;

    struct Job {
        Database::Work work;
        Database::Done done;
        Clock::time_point begin_before;
        std::exception_ptr failure;
        bool is_late = false;
    };

    void write_loop();
    bool next_batch(std::vector<Job>&);
    void rest(std::unique_lock<std::mutex>&);
    void commit_together(std::span<Job>);
    void run_and_keep(std::span<Job>);
    bool run_together(std::span<Job>, bool with_savepoints);
    bool run_one(Job&, bool with_savepoints);
    void abandon(std::span<Job>, std::exception_ptr) noexcept;
    void require_file(std::span<Job>) noexcept;
    void tell_health();

    const std::size_t queue_limit_;
    const std::size_t batch_limit_;
    const std::chrono::milliseconds deadline_;
    const std::chrono::milliseconds idle_;
    Status& status_;
    const std::function<void(const std::function<void()>&)> tell_;
    const ConnectionOptions connection_options_;
    Readers& readers_;
    FileWatch& watch_;
    Health& health_;
    const std::shared_ptr<Archive> archive_;  // null: none
    std::optional<Connection> connection_;    // absent: to be opened again
    Checkpointer checkpointer_;
    std::atomic<std::uint64_t> generation_ = 0;
    // The writer's thread only:
    bool invalidates_ = false;  // the batch that runs
    int careful_batches_ = 0;   // to be run with savepoints at once
    std::uint64_t commits_seen_ = 0;
    bool wal_may_have_pages_ = true;

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace db::sqlite
