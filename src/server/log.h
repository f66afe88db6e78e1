// What the server says while it runs, on standard error: a line each, for people on a terminal, JSON otherwise. Never a
// secret, never a body, never a query string. Written by a thread of its own; when the reader does not keep up, the
// oldest lines are dropped rather than requests delayed. The same warning or error is said once a minute, with how
// often it was kept back.

#pragma once

#include <memory>
#include <string_view>

#include "service/service.h"

enum class LogLevel { debug, info, warning, error, off };

struct LogOptions {
    LogLevel level = LogLevel::info;  // requests are logged at info
    bool json = true;
};

class Log {
public:
    explicit Log(LogOptions);
    ~Log();  // writes what is left
    Log(const Log&) = delete;

    void info(std::string_view sentence);
    void warning(std::string_view sentence);
    void error(std::string_view sentence);
    void failure(std::string_view request_id, std::string_view sentence);
    void access(const service::AccessRecord&);
    bool logs_access() const;
    void set_level(LogLevel);  // from the next line on
    void flush();              // for whoever ends the program without the end of this

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};
