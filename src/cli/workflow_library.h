// Opens a document as the workflow commands were told to. Used by the file of each command.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/workflow_options.h"
#include "workflow/document/library.h"

std::unique_ptr<const workflow::Library> open_library(const WorkflowOptions&, bool reads_sources = true);

void print_problem(const workflow::Problem&);

// "name=value"; nullopt after a complaint on stderr.
std::optional<std::pair<std::string, std::string>> split_pair(const std::string& text, const char* option);

// The workflow with that id, the first for none; null after a complaint.
const workflow::Workflow* choose_workflow(const workflow::Document&, const std::string& id);
