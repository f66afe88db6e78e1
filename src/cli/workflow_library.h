// Opens documents as the workflow commands were told to, and finds the workflows that are meant. Used by the file of
// each command.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/workflow_environment.h"
#include "cli/workflow_options.h"
#include "workflow/document/library.h"

// A document of the command line: a path, a URL, or "-" for standard input.
std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions&, const std::string& file,
                                                      const http::Proxies&, bool reads_sources = true);

// The same for commands that need nothing else of the environment; null after a complaint.
std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions&, bool reads_sources = true);

std::string describe_place(const workflow::Problem&);  // "flow.yml:3:14"
void print_problem(const workflow::Problem&);

// "name=value"; nullopt after a complaint on stderr.
std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text, const char* option);

// The workflow with that id, the first for none; null after a complaint.
const workflow::Workflow* choose_workflow(const workflow::Document&, const std::string& id);

// What `run` is to run.
struct Target {
    const workflow::Library* library = nullptr;
    const workflow::Workflow* workflow = nullptr;
};
struct Targets {
    std::vector<std::unique_ptr<const workflow::Library>> libraries;
    std::vector<Target> chosen;  // each workflow once, in the order in which they were named
};

// Reads FILE [WORKFLOW_ID ...] [FILE ...]: an argument that is a workflow's id in the document before it means that
// workflow, any other a document. A document without ids stands for its first workflow, or, with --all, for all of
// them. Nullopt after a complaint.
std::optional<Targets> open_targets(const WorkflowOptions&, const http::Proxies&);
