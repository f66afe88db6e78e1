#include "tests/crash/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

constexpr std::chrono::minutes patience{2};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Child {
    pid_t pid;
    int output;  // the end to read from
};

// Empty log_path: both streams go to the output.
Child start(const std::string& program, const std::vector<std::string>& arguments, const std::string& log_path) {
    std::vector<char*> words = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);

    int pipe_ends[2];
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) fail("pipe");
    const int log =
        log_path.empty() ? dup(pipe_ends[1]) : open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0) fail("open");
    const pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // it ends with this program, however that ends
        dup2(pipe_ends[1], STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
        execv(words[0], words.data());
        _exit(127);
    }
    close(pipe_ends[1]);
    close(log);
    return {pid, pipe_ends[0]};
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string contents_of(const std::string& path, std::uint64_t from) {
    std::ifstream file(path);
    file.seekg(static_cast<std::streamoff>(from));
    return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::uint16_t> find_port(const std::string& text) {
    const std::string before_port = "listening on http://127.0.0.1:";
    const auto found = text.find(before_port);
    if (found == std::string::npos || text.find('\n', found) == std::string::npos) return std::nullopt;
    return static_cast<std::uint16_t>(std::stoi(text.substr(found + before_port.size())));
}

// Killed if it does not end.
int wait_for(pid_t pid) {
    int status = 0;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        const pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid) return exit_code_of(status);
        if (ended < 0 && errno != EINTR) fail("waitpid");
        if (std::chrono::steady_clock::now() > until) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    throw std::runtime_error("a process does not end");
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program, const std::string& database_path, const std::string& log_path)
    : ServerProcess(program,
                    std::vector<std::string>{"serve", "--sandbox", "--listen", "127.0.0.1:0", "--database",
                                             "sqlite:" + database_path},
                    log_path) {}

ServerProcess::ServerProcess(const std::string& program, const std::vector<std::string>& arguments,
                             const std::string& log_path)
    : log_path_(log_path) {
    std::error_code absent;
    log_size_ = std::filesystem::file_size(log_path, absent);
    if (absent) log_size_ = 0;
    const Child child = start(program, arguments, log_path);
    pid_ = child.pid;
    output_ = child.output;
}

ServerProcess::~ServerProcess() {
    if (pid_ > 0) kill();
    close(output_);
}

// A sandbox says it in its banner, any other server in its log.
std::uint16_t ServerProcess::wait_until_ready() {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string banner;
    bool has_ended = false;
    while (!has_ended && std::chrono::steady_clock::now() < until) {
        pollfd readable{output_, POLLIN, 0};
        if (poll(&readable, 1, 20) > 0) {
            char bytes[4096];
            const ssize_t count = read(output_, bytes, sizeof bytes);
            has_ended = count <= 0;
            if (count > 0) banner.append(bytes, static_cast<std::size_t>(count));
        }
        if (const auto port = find_port(banner)) return *port;
        if (const auto port = find_port(contents_of(log_path_, log_size_))) return *port;
    }
    throw std::runtime_error("the server ended before it listened, or does not listen");
}

bool ServerProcess::is_running() {
    if (pid_ < 0) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
    pid_ = -1;
    exit_code_ = exit_code_of(status);
    return false;
}

void ServerProcess::terminate() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
}

void ServerProcess::kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
}

int ServerProcess::wait() {
    if (pid_ > 0) exit_code_ = wait_for(std::exchange(pid_, -1));
    return exit_code_;
}

Finished run_program(const std::string& program, const std::vector<std::string>& arguments) {
    const Child child = start(program, arguments, "");
    Finished finished;
    char bytes[4096];
    while (true) {
        pollfd readable{child.output, POLLIN, 0};
        if (poll(&readable, 1, std::chrono::milliseconds(patience).count()) <= 0) {
            kill(child.pid, SIGKILL);
            break;
        }
        const ssize_t count = read(child.output, bytes, sizeof bytes);
        if (count <= 0) break;
        finished.output.append(bytes, static_cast<std::size_t>(count));
    }
    close(child.output);
    finished.exit_code = wait_for(child.pid);
    return finished;
}

Finished run_check(const std::string& program, const std::string& database_path) {
    return run_program(program, {"check", "--database", "sqlite:" + database_path});
}
