// `partnerd workflow run|check|list|show`: Arazzo workflows from the command line. Adds the commands to the program's;
// what they return is its exit code: 0 passed, 1 failed (or problems found), 2 could not run.

#pragma once

#include <string>

#include "command_line/command.h"

void add_workflow_command(cli::Command& app, int& exit_code, const std::string& version);
