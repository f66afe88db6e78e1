// Builds the request of a step: evaluates its parameters and body, writes them as the OpenAPI operation wants them,
// adds credentials. Called by run.cc; sends nothing.

#pragma once

#include "core/result.h"
#include "workflow/document/document.h"
#include "workflow/run/request_options.h"

namespace workflow {

// Fills the request's side of the exchange. Refuses (invalid) with one sentence: a path parameter without a value, a
// relative server, a text that lacks a value inside. `notes` gets what was left out, a sentence each.
Result<void> build_request(const Step&, const Scope&, const RequestOptions&, Exchange&,
                           std::vector<std::string>& notes);

// The inputs of a workflow that is called with these parameters.
Result<json::object> build_inputs(const std::vector<Parameter>&, const Scope&, std::vector<std::string>& notes);

// The content type that the step sends: its own, or the operation's; empty when it has no body.
std::string request_content_type(const Step&);

}  // namespace workflow
