// `partnerd migrate`: brings a database's tables to what this program knows, or says what that would be.

#pragma once

#include "server/config.h"

// Returns the program's exit code: 0 when all is well, 1 when refused.
int run_migration(const Config&, bool only_plan);
