// A partnerd in a process of its own, that can be killed at any moment. For the tests that kill servers, and those that
// need one outside.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

class ServerProcess {
public:
    // Begins a sandbox on a free port; its log is appended to `log_path`.
    ServerProcess(const std::string& program, const std::string& database_path, const std::string& log_path);
    // Begins whatever the arguments say.
    ServerProcess(const std::string& program, const std::vector<std::string>& arguments, const std::string& log_path);
    ~ServerProcess();  // kills what still runs
    ServerProcess(const ServerProcess&) = delete;

    // The port, from the banner or the log; throws when the server ends instead, or says nothing for two minutes.
    std::uint16_t wait_until_ready();

    bool is_running();
    void terminate();  // asks (SIGTERM)
    void kill();       // does not ask (SIGKILL), and waits until it is gone
    int wait();  // its exit code; 128 and more: a signal. Kills it and throws when it has not ended in two minutes

private:
    pid_t pid_ = -1;
    int output_ = -1;
    int exit_code_ = -1;
    std::string log_path_;
    std::uint64_t log_size_ = 0;  // before it began
};

struct Finished {
    int exit_code;
    std::string output;  // both streams
};

// A command of it, which is killed if it says nothing for two minutes.
Finished run_program(const std::string& program, const std::vector<std::string>& arguments);

// partnerd check --database sqlite:PATH
Finished run_check(const std::string& program, const std::string& database_path);
