// Where a PostgreSQL database is: what "postgresql://host1,host2/name?sslmode=..." says, and what it leaves out. Read
// by whoever takes the setting and by the driver; knows nothing of connections.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace db {

struct PostgresAddress {
    // What libpq is to be told, for each server in turn: one of them takes writes.
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    std::vector<Parameters> servers;
    std::string shown;  // "postgresql://host1,host2/name": no user, no secret
};

// Whether a setting means one at all, and not a file.
bool is_postgres_address(std::string_view text);

// TLS is verify-full unless the address or PGSSLMODE says otherwise, or all servers are on this machine. Where a
// service says where they are, they count as elsewhere. Refuses (invalid): a password, which everybody on the machine
// could read; what libpq does not understand; no name of a database. No sentence repeats what was said.
Result<PostgresAddress> read_postgres_address(std::string_view text);

}  // namespace db
