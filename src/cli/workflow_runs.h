// partnerd stored-workflow and partnerd workflow-run: the server's own workflows, over the operator API.

#pragma once

#include "cli/program.h"

namespace cli {

void add_stored_workflow_commands(Program&);
void add_workflow_run_commands(Program&);

}  // namespace cli
