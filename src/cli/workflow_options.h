// What the workflow commands were told on the command line. Read by workflow.cc, used by the file of each command.

#pragma once

#include <string>
#include <vector>

struct WorkflowOptions {
    std::string file;                  // "-": standard input
    std::vector<std::string> files;    // of check, which takes several
    std::vector<std::string> targets;  // of run: a document, the workflows of it, the next document, ...
    std::string workflow_id;
    bool runs_all = false;
    std::vector<std::string> inputs;            // NAME=VALUE, or WORKFLOW.NAME=VALUE
    std::vector<std::string> input_variables;   // NAME=ENV_VAR, likewise
    std::string inputs_json;                    // JSON, @FILE, or @-
    std::vector<std::string> servers;           // NAME=URL, or NAME=NUMBER or a description
    std::vector<std::string> server_variables;  // [SOURCE.]NAME=VALUE
    std::vector<std::string> sources;           // NAME=FILE or URL
    std::string token;                          // or @FILE
    std::vector<std::string> auth;              // NAME=ENV_VAR
    std::vector<std::string> clients;           // SCHEME=ENV_VAR, which holds ID:SECRET
    std::vector<std::string> token_urls;        // SCHEME=URL
    std::vector<std::string> token_parameters;  // SCHEME.NAME=VALUE
    std::vector<std::string> certificates;      // FILE, or SOURCE=FILE
    std::vector<std::string> keys;              // likewise
    std::vector<std::string> environment_files;
    double timeout_seconds = 0;  // of the whole; 0: none
    double request_timeout_seconds = 30;
    std::size_t steps_max = 1000;
    std::vector<std::string> reports;  // junit=F, har=F, json=F
    std::string outputs_file;
    std::string ca_file;
    std::string format = "text";  // of check: text, json, github
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
int check_workflows(const WorkflowOptions&);
int list_workflows(const WorkflowOptions&);
int show_workflow(const WorkflowOptions&);
