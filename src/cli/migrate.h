// `partnerd migrate`: brings a database's tables to what this program knows, or says what that would be.

#pragma once

#include <string>

// Returns the program's exit code: 0 when all is well, 1 when refused.
int migrate_database_file(const std::string& path, bool only_plan);
