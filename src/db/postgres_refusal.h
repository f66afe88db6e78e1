// Why a connection to PostgreSQL could not be had: what libpq says of it, as one sentence without a secret, and whether
// waiting may help. Used by postgres_connection.cc.

#pragma once

#include <string>
#include <string_view>

namespace db::postgres {

struct Refusal {
    enum class Kind {
        passing,       // it is not there, starts, ends, or takes no writes: waiting may help
        crowded,       // it has no connection left for us: the same, and fewer of them help, too
        unknown_host,  // there is no host of that name. That its name server does not answer is passing
        hopeless,      // password, rights, name of the database, certificate: somebody has to change something
    };
    Kind kind;
    std::string sentence;
};

// Of a message of libpq's, which ends with a line break and may go on.
std::string_view first_line(std::string_view message);

// `message` is libpq's, with the server's code in it (PQERRORS_VERBOSE); its first line counts.
Refusal read_refusal(std::string_view message);

}  // namespace db::postgres
