// What all ways to run workflows from the command line share: the plan, the network with its end by a signal or a
// timeout, and the writing of reports. Used by workflow_run.cc and workflow_suite.cc.

#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/workflow_library.h"
#include "cli/workflow_progress.h"
#include "workflow/run/record.h"
#include "workflow/run/suite.h"
#include "workflow/run/tokens.h"

struct RunSession {
    Targets targets;
    std::vector<workflow::Member> members;  // in the order in which they may run
    workflow::RunOptions run;
    http::ClientOptions client;
    std::map<std::string, http::ClientOptions> clients_of_sources;
    workflow::Secrets secrets;
    std::mutex mutex;                                          // of secrets, while several run
    std::vector<std::pair<std::string, std::string>> reports;  // kind, file
};

// The real transport, cut off by SIGINT, SIGTERM or --timeout. At most one at a time.
class Network {
public:
    // Blocks the signals before it starts a thread. Throws what http::Client throws.
    Network(RunSession&, const WorkflowOptions&);
    ~Network();
    Network(const Network&) = delete;

    workflow::Transport& transport() { return tokens_; }
    const workflow::Cancellation& cancellation() const { return cancellation_; }

    // Blocks until `begin` has called its argument.
    void wait_for(const std::function<void(std::function<void()>)>& begin);

private:
    void stop(const std::string& why);

    const WorkflowOptions& options_;
    const int signals_;
    workflow::Cancellation cancellation_;
    workflow::HttpTransport http_;
    workflow::TokenTransport tokens_;
};

Progress::Detail detail_of(const WorkflowOptions&);

// Refuses (malformed) what is not junit=FILE, har=FILE or json=FILE.
Result<std::vector<std::pair<std::string, std::string>>> read_reports(const WorkflowOptions&);

// Each returns 0, or an exit code after a complaint.
int write_report(const RunSession&, const std::pair<std::string, std::string>& kind_and_file, const workflow::Record&);
int write_report(const RunSession&, const std::pair<std::string, std::string>& kind_and_file,
                 const std::vector<workflow::Record>&);
int write_outputs(const std::string& file, const workflow::json::object&);

// Runs the session's members in one go. Returns the exit code.
int run_suite(RunSession&, const WorkflowOptions&);
