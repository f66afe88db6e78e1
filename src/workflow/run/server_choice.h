// Where an operation's server is: what the user said of its source, or else what its OpenAPI document says. Used for
// requests, for plans of them, and for what is relative to a server.

#pragma once

#include "core/result.h"
#include "workflow/document/document.h"
#include "workflow/run/request_options.h"

namespace workflow {

// An absolute http URL without a slash at its end. Refuses with one sentence: (not_found) the server that was chosen is
// not there, (invalid) a variable's value is not among its choices, or what there is is no http URL.
Result<std::string> find_server(const Operation&, const Source&, const RequestOptions&);

}  // namespace workflow
