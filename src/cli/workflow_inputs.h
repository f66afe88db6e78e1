// Inputs of workflows as they stand on the command line: text, read as the type that the workflow's schema gives it,
// for all workflows that know the name or for one of them.

#pragma once

#include <string>
#include <vector>

#include "cli/workflow_environment.h"
#include "cli/workflow_options.h"
#include "workflow/document/document.h"

class WorkflowInputs {
public:
    // Refuses (malformed, not_found) what is no NAME=VALUE, no JSON object, or a variable that is not set.
    static Result<WorkflowInputs> read(const WorkflowOptions&, const Environment&,
                                       const std::vector<const workflow::Workflow*>& workflows);

    // For a workflow that is run alone: all. For one of several: those that its schema names (all, when it names none),
    // and those that are for it by name.
    workflow::json::object of(const workflow::Workflow&, bool is_alone) const;

    // What no workflow's schema names; to be asked before several are run.
    std::vector<std::string> unknown_to(const std::vector<const workflow::Workflow*>&) const;

    // Values from variables: to be masked everywhere.
    const std::vector<std::string>& secrets() const { return secrets_; }

private:
    struct Input {
        std::string workflow;  // id; empty: any
        std::string name;
        workflow::json::value value;
        bool is_text = true;  // to be read by the schema's type
    };

    static Input split_name(std::string name, const std::vector<const workflow::Workflow*>&);

    std::vector<Input> inputs_;  // a later one counts
    std::vector<std::string> secrets_;
};

// What is wrong with the inputs, a sentence each; none when they fit. Fills in the schema's defaults.
std::vector<std::string> complete_inputs(const workflow::Workflow&, workflow::json::object& inputs);
