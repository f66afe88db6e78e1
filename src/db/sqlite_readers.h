// The readers of a SQLite file: as many read-only connections as threads read at the same time, kept for the next ones.
// A reader also keeps its snapshot while nothing has been committed since, because beginning one costs more than a
// point read does.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "db/database.h"
#include "db/health.h"
#include "db/sqlite_connection.h"

namespace db::sqlite {

class Readers {
public:
    Readers(ConnectionOptions options, Health& health) : options_(std::move(options)), health_(health) {}

    // Runs work on one snapshot, on the calling thread, of all that was committed before. Throws what work throws.
    void read(const Database::Work& work);

    // After each commit, before anybody is told of it: no snapshot that was begun until now serves a later read.
    void outdate_snapshots() { epoch_.fetch_add(1, std::memory_order_acq_rel); }
    // The same, and ends those that are idle now; the others end with the read that they serve. A snapshot keeps what
    // has been committed since in the WAL.
    void release_snapshots();
    // Whether a snapshot may outlive the read that it was begun for. Not while the WAL is to begin anew: for that, all
    // who read it have to leave it for a moment.
    void keep_snapshots(bool);

    // No read is running, and none comes after.
    void close();

private:
    struct Reader {
        explicit Reader(const ConnectionOptions& options) : connection(options) {}

        Connection connection;
        std::uint64_t epoch = 0;  // in which its snapshot was begun, if it is in a transaction
    };

    std::unique_ptr<Reader> take();
    void give_back(std::unique_ptr<Reader>);
    void begin_snapshot(Reader&);
    void note_failure(Connection&);

    const ConnectionOptions options_;
    Health& health_;
    std::atomic<std::uint64_t> epoch_ = 0;
    std::mutex mutex_;
    bool keeps_snapshots_ = true;
    std::vector<std::unique_ptr<Reader>> idle_;  // the last one back goes first: its caches are warm
};

}  // namespace db::sqlite
