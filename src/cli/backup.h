// `partnerd backup` and `partnerd restore`: a copy of a database beside its server, and a database as it was.

#pragma once

#include <string>

// Each returns the program's exit code, and says in words what it has done. `database` is what --database says.
int back_up_database(const std::string& database, const std::string& folder);
int restore_database(const std::string& folder, const std::string& at, const std::string& database);
