// A partnerd in a process of its own, that can be killed at any moment. Used by the crash test only.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

class ServerProcess {
public:
    // Begins a sandbox on a free port; its log is appended to `log_path`.
    ServerProcess(const std::string& program, const std::string& database_path, const std::string& log_path);
    ~ServerProcess();  // kills what still runs
    ServerProcess(const ServerProcess&) = delete;

    std::uint16_t wait_until_ready();  // the port; throws when the server ends instead

    bool is_running();
    void terminate();  // asks (SIGTERM)
    void kill();       // does not ask (SIGKILL), and waits until it is gone
    int wait();        // its exit code; 128 and more: a signal

private:
    pid_t pid_ = -1;
    int output_ = -1;
    int exit_code_ = -1;
};

struct Finished {
    int exit_code;
    std::string output;  // both streams
};

// partnerd check --database sqlite:PATH
Finished run_check(const std::string& program, const std::string& database_path);
