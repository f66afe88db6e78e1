// Transport: how a command reaches the operator API. Either over HTTP to a running server, or into the same service in
// this process, over a database that no server has open: every command is written once and does not know which. Made by
// connect(); used by Api alone. Tests bring one of their own.

#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "http/message.h"

namespace cli {

class Transport {
public:
    virtual ~Transport() = default;
    // Refuses: unavailable (nobody answers).
    virtual Result<http::Response> send(http::Request) = 0;
};

// What the command line says about where to go. Empty: not said.
struct Target {
    std::string server;      // "https://partnerd.example.com"
    std::string token;       // of an operator
    std::string token_file;  // whose first line is one
    std::string ca_file;     // trusted beside what the system trusts
    std::string database;    // "sqlite:partnerd.db": directly, instead of a server
};

constexpr const char* default_server = "http://127.0.0.1:8080";

// The address that was said, without slashes at its end; empty: default_server. Refuses: malformed (no server's
// address).
Result<std::string> choose_server(const std::string& said);

// Refuses: malformed (no server's address, no token, a database and a server at once, the token's file cannot be read),
// unavailable (the database cannot be opened).
Result<std::unique_ptr<Transport>> connect(const Target&);

}  // namespace cli
