#include "cli/workflow_session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "workflow/text/text.h"

using namespace workflow;

namespace {

// Before any thread is started, so that all inherit it.
int block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

bool write_file(const std::string& path, const std::string& content, int mode) {
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) return false;
    std::size_t written = 0;
    while (written < content.size()) {
        auto count = write(file, content.data() + written, content.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    return close(file) == 0 && written == content.size();
}

int write_text(const std::string& path, const std::string& text) {
    return write_file(path, text, 0644) ? 0 : complain("cannot write the report " + path);
}

}  // namespace

Network::Network(RunSession& session, const WorkflowOptions& options)
    : options_(options),
      signals_(block_signals()),
      http_(session.client, session.clients_of_sources),
      tokens_(http_, session.run.requests, [&session](std::string_view token) {
          std::lock_guard lock(session.mutex);
          session.secrets.add(token);
      }) {}

Network::~Network() {
    http_.stop();
    close(signals_);
}

void Network::stop(const std::string& why) {
    cancellation_.request(why);
    http_.stop();
}

void Network::wait_for(const std::function<void(std::function<void()>)>& begin) {
    int finished = eventfd(0, EFD_CLOEXEC);
    begin([finished] {
        std::uint64_t one = 1;
        (void)!write(finished, &one, sizeof one);
    });
    auto started = std::chrono::steady_clock::now();
    pollfd waiting[] = {{finished, POLLIN, 0}, {signals_, POLLIN, 0}};
    while (true) {
        int patience = -1;
        if (options_.timeout_seconds > 0 && !cancellation_.is_requested()) {
            std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
            double left = options_.timeout_seconds - passed.count();
            if (left <= 0) {
                stop(fmt::format("it took longer than --timeout {} s", options_.timeout_seconds));
                continue;
            }
            patience = static_cast<int>(std::min(left * 1000 + 1, 1e9));
        }
        if (poll(waiting, 2, patience) < 0) continue;
        if (waiting[0].revents) break;
        if (waiting[1].revents) {
            signalfd_siginfo info;
            (void)!read(signals_, &info, sizeof info);
            stop("it was stopped by a signal");
        }
    }
    close(finished);
}

Progress::Detail detail_of(const WorkflowOptions& options) {
    return options.is_quiet     ? Progress::Detail::quiet
           : options.is_verbose ? Progress::Detail::verbose
                                : Progress::Detail::normal;
}

Result<std::vector<std::pair<std::string, std::string>>> read_reports(const WorkflowOptions& options) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& text : options.reports) {
        const auto equal = text.find('=');
        const auto kind = text.substr(0, equal);
        if (equal == std::string::npos || (kind != "junit" && kind != "har" && kind != "json"))
            return Error{Reason::malformed, "--report is junit=FILE, har=FILE or json=FILE"};
        out.emplace_back(kind, text.substr(equal + 1));
    }
    return out;
}

int write_report(const RunSession& session, const std::pair<std::string, std::string>& report, const Record& record) {
    const auto& [kind, path] = report;
    if (kind == "json") return write_text(path, json_report(record, session.secrets));  // without a list around it
    return write_report(session, report, std::vector<Record>{record});
}

int write_report(const RunSession& session, const std::pair<std::string, std::string>& report,
                 const std::vector<Record>& records) {
    const auto& [kind, path] = report;
    return write_text(path, kind == "junit" ? junit_report(records, session.secrets)
                            : kind == "har"
                                ? har_report(records, session.secrets,
                                             session.client.user_agent.substr(session.client.user_agent.find('/') + 1))
                                : json_report(records, session.secrets));
}

int write_outputs(const std::string& file, const json::object& outputs) {
    return write_file(file, to_pretty_json(outputs) + "\n", 0600) ? 0 : complain("cannot write " + file);
}
