// Copies the WAL back into the database file, and begins the WAL anew when it has become long, without stalling the
// writer.
//
// A thread of its own copies beside the writer (PASSIVE) whenever the WAL has grown by some pages. Under a busy writer
// that alone never gets to the end, and only a WAL that has been copied to its end can begin anew. So, once the WAL is
// long, the thread copies again and again, each time less, until next to nothing is left, and the writer does the rest
// (RESTART) between two commits. Used by the writer.

#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "db/health.h"
#include "db/sqlite.h"
#include "db/sqlite_connection.h"
#include "db/sqlite_readers.h"

namespace db::sqlite {

class Checkpointer {
public:
    Checkpointer(const SqliteOptions&, const ConnectionOptions&, Readers&, Health&);
    ~Checkpointer();

    // The writer's thread, between two transactions: after each commit,
    void committed(Connection& writer);
    // and when there is nothing to do, to empty the WAL file; false: a reader or the disk did not let it.
    bool truncate(Connection& writer);

    // While held, nothing is copied: the file stays as it is, and the WAL grows. Any thread.
    void hold(bool is_held);

private:
    Connection::Checkpoint begin_anew(Connection& writer, int mode);
    void wake();
    void copy_loop();
    void copy();
    Connection::Checkpoint checkpoint(Connection&, int mode);

    const int checkpoint_pages_;
    const int wal_limit_pages_;
    const std::shared_ptr<Status> status_;
    Readers& readers_;
    Health& health_;
    // The writer's thread only:
    int pages_at_last_wake_ = 0;
    int force_at_pages_;  // the writer then does all that is left: the thread does not get on
    std::atomic<bool> restart_is_due_ = false;

    std::mutex checkpointing_;  // held by whoever runs a checkpoint
    bool is_held_ = false;      // under it
    std::mutex mutex_;
    std::condition_variable woken_;
    bool copy_is_due_ = false;
    bool stopping_ = false;
    Connection connection_;
    std::thread thread_;
};

}  // namespace db::sqlite
