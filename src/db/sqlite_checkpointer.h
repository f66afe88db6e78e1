// Copies the WAL back into the database file without stalling the writer: a thread of its own copies what it can beside the
// writer (PASSIVE), and the writer only does the small rest when the file has to be begun anew (RESTART), because under a
// busy writer the copying alone never gets to that point. Used by the writer.

#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "db/health.h"
#include "db/sqlite.h"
#include "db/sqlite_connection.h"

namespace db::sqlite {

class Checkpointer {
public:
    Checkpointer(const SqliteOptions&, const ConnectionOptions&, Health&);
    ~Checkpointer();

    // After each commit, on the writer's thread, outside any transaction.
    void committed(Connection& writer);
    // Empties the WAL file, as far as readers let it.
    void truncate(Connection& writer);

private:
    void copy_loop();
    void copy();

    const std::size_t checkpoint_pages_;
    const std::size_t wal_limit_pages_;
    const ConnectionOptions connection_options_;
    Health& health_;
    std::mutex checkpointing_;  // held by whoever runs a checkpoint
    std::mutex mutex_;
    std::condition_variable due_changed_;
    bool due_ = false;
    bool stopping_ = false;
    std::size_t pages_at_last_copy_ = 0;  // the writer's thread only
    std::optional<Connection> connection_;
    std::thread thread_;
};

}  // namespace db::sqlite
