// What a run says and hears, as this server has it: its requests, the answers to them, how it has ended, and its state
// in pieces. Used by runner.cc. Pure functions.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/workflows/workflow_runs.h"
#include "service/service.h"
#include "workflow/run/record.h"
#include "workflow/run/run.h"

namespace workflows {

// generation: of the run, so that each request has an id of its own.
http::Request to_request(workflow::Send, const WorkflowRun&, std::uint64_t generation);
workflow::Happened to_happened(http::Response);

RunStatus to_status(workflow::Outcome);
std::map<std::string, std::string> read_texts(const std::string& json);  // the members of an object that are texts

// A step as it is kept: without the name that this server has among documents only, and without secrets.
std::string to_record(const workflow::StepRecord&, const workflow::Secrets&);

// No character in two; as long as the state lives.
std::vector<std::string_view> pieces_of(std::string_view state, std::size_t piece_bytes);

// The run without a state that stands in pieces. The state itself is not copied.
WorkflowRun head_of(WorkflowRun&);

}  // namespace workflows
