// PostgreSQL (14 or later), or what speaks its protocol, behind db::Database: up to 64 servers on one database,
// works serializable, a few connections with a thread each. Opened by server/ and cli/ only. It keeps tables of its own
// there (see postgres_schema.h), and a function, instr. All servers come as the same role.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "db/database.h"
#include "db/postgres_address.h"
#include "db/status.h"

namespace db {

struct PostgresOptions {
    PostgresAddress address;
    std::size_t write_connections = 8;
    std::size_t read_connections = 8;
    std::size_t queue_limit = 10'000;            // works that may wait, of each kind; beyond: Unavailable
    std::size_t batch_limit = 16;                // works in one transaction, at most
    std::chrono::milliseconds deadline{10'000};  // from write() or read() until done is told: else Unavailable
    bool is_step_by_step = false;  // nothing is sent ahead: for tests that look at each statement as it fails
    std::chrono::milliseconds look_each{250};  // whether another server has moved the generation on, and to say how far
                                               // this one has come with its ids
    // As SqliteOptions has it.
    std::function<void(const std::function<void()>& tell_all)> tell = {};
    std::shared_ptr<Status> status = std::make_shared<Status>();  // is kept up to date
    std::function<void(std::string_view)> log = {};  // why something failed or recovered, one sentence; any thread
};

// Connects once, to see that it can. Throws, with one sentence that names the address: Broken where waiting does not
// help (password, certificate, name, rights, version), else Unavailable. The destructor finishes all works that wait,
// as far as their deadlines allow.
std::unique_ptr<Database> open_postgres(PostgresOptions);

}  // namespace db
