#include "tests/crash/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Child {
    pid_t pid;
    int output;  // the end to read from
};

// Empty log_path: both streams go to the output.
Child start(const std::string& program, std::initializer_list<std::string> arguments, const std::string& log_path) {
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

int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) fail("waitpid");
    return exit_code_of(status);
}

}  // namespace

ServerProcess::ServerProcess(const std::string& program, const std::string& database_path,
                             const std::string& log_path) {
    const Child child = start(
        program, {"serve", "--sandbox", "--listen", "127.0.0.1:0", "--database", "sqlite:" + database_path}, log_path);
    pid_ = child.pid;
    output_ = child.output;
}

ServerProcess::~ServerProcess() {
    if (pid_ > 0) kill();
    close(output_);
}

std::uint16_t ServerProcess::wait_until_ready() {
    const std::string before_port = "listening on http://127.0.0.1:";
    std::string text;
    for (char byte; read(output_, &byte, 1) == 1;) {
        text += byte;
        const auto found = text.find(before_port);
        if (byte == '\n' && found != std::string::npos)
            return static_cast<std::uint16_t>(std::stoi(text.substr(found + before_port.size())));
    }
    throw std::runtime_error("the server ended before it listened");
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

Finished run_check(const std::string& program, const std::string& database_path) {
    const Child child = start(program, {"check", "--database", "sqlite:" + database_path}, "");
    Finished finished;
    char bytes[4096];
    for (ssize_t count; (count = read(child.output, bytes, sizeof bytes)) > 0;)
        finished.output.append(bytes, static_cast<std::size_t>(count));
    close(child.output);
    finished.exit_code = wait_for(child.pid);
    return finished;
}
