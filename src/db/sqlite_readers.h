// The readers of a SQLite file: as many read-only connections as threads read at the same time, kept for the next ones.

#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "db/database.h"
#include "db/health.h"
#include "db/sqlite_connection.h"

namespace db::sqlite {

class Readers {
public:
    Readers(ConnectionOptions options, Health& health) : options_(std::move(options)), health_(health) {}

    // Runs work on one snapshot, on the calling thread. Throws what work throws.
    void read(const Database::Work& work);

private:
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection>);

    const ConnectionOptions options_;
    Health& health_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace db::sqlite
