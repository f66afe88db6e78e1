// `partnerd check`: verifies a database's file and what must hold of the accounts in it, and reports in words.

#pragma once

#include <string>

// Returns the program's exit code: 0 when all is well, 1 when something is wrong or the database cannot be opened.
int check_database(const std::string& path);
