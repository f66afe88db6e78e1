// What is done to several servers on one database. Each prints how far it is and a last line; false: something does not
// hold. Whatever takes too long throws.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

struct Options {
    std::string program;
    int rounds = 1;
    int clients = 8;
    std::uint64_t seed = 0;
    std::filesystem::path folder;  // for logs
};

// In each round the primary of two PostgreSQL clusters is killed and its synchronous standby promoted, under load.
bool run_failover(const Options&);

// In each round one of two servers is killed under load, or both, and started again.
bool run_kills(const Options&);

// In each round two requests that cannot both have their way go to two servers at the same moment, of each kind: what
// they are answered is what one server on SQLite answers.
bool run_conflicts(const Options&);
