// `partnerd workflow run --dry-run`: what would be sent, as far as it is known before anything has been.

#pragma once

#include "workflow/document/document.h"
#include "workflow/run/request.h"
#include "workflow/run/secrets.h"

// Prints one workflow. Returns the exit code: 2 when its inputs are not valid.
int print_plan(const workflow::Workflow&, workflow::json::object inputs, const workflow::RequestOptions&,
               const workflow::Secrets&);
