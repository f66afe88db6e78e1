// What the workflow commands were told on the command line. Read by workflow.cc, used by the file of each command.

#pragma once

#include <string>
#include <vector>

struct WorkflowOptions {
    std::string file;
    std::vector<std::string> files;  // of check, which takes several
    std::string workflow_id;
    std::vector<std::string> inputs;   // name=value
    std::string inputs_json;           // JSON, or @FILE
    std::vector<std::string> servers;  // NAME=URL
    std::vector<std::string> sources;  // NAME=FILE or URL
    std::string token;                 // or @FILE
    std::vector<std::string> auth;     // NAME=ENV_VAR
    double timeout_seconds = 0;        // of the whole; 0: none
    double request_timeout_seconds = 30;
    std::size_t steps_max = 1000;
    std::vector<std::string> reports;  // junit=F, har=F, json=F
    std::string outputs_file;
    std::string ca_file;
    bool checks_responses = false;
    bool is_dry_run = false;
    bool is_verbose = false;
    bool is_quiet = false;
    bool is_offline = false;
    std::size_t repeat = 1;
    std::size_t parallel = 1;
    std::string version;
};

int run_workflow(const WorkflowOptions&);
int check_workflow(const WorkflowOptions&);
int list_workflows(const WorkflowOptions&);
int show_workflow(const WorkflowOptions&);
