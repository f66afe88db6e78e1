// The console: the operator API in a browser, for people who look after accounts. Its pages are the files of console/,
// in the binary; what they show and do they ask of the operator API, with a session instead of a token:
//
//   POST   /console/session   {"token"}: exchanged for a cookie
//   GET    /console/session   who is signed in, and in a sandbox the token that everybody knows
//   DELETE /console/session   ends it
//
// Every other path below /console is the same page: what it shows, its script reads from the address.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "service/dialect.h"

namespace console {

struct ConsoleOptions {
    std::string version;  // of the program: an open page that is older says so
    // A sandbox's operator token, known to everybody there. Empty elsewhere.
    std::function<std::optional<std::string>()> find_sandbox_token = {};
};

class Console {
public:
    explicit Console(ConsoleOptions);
    ~Console();
    Console(const Console&) = delete;

    const service::Dialect& dialect() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace console
