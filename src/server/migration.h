// What an upgrade does to a database's tables, for the command `migrate`: said beforehand, or done. A server does the
// same by itself when it starts.

#pragma once

#include <string>
#include <vector>

#include "core/result.h"

struct MigrationStep {
    std::string file;  // "012_something.sql"
    std::string what;  // its first sentence
};

struct MigrationPlan {
    int from = 0;
    int to = 0;                        // less than `from`: a newer program has been here, and lets this one go on
    std::vector<MigrationStep> steps;  // in order, each a transaction; empty: nothing is to be done
};

// Changes nothing, and may run beside a server. Refuses: not_found (no such file, or never served); conflict (another
// program's; newer than this one, and not for it; a copy that is not finished). Throws as db::open_sqlite_read_only
// does, or db::open_postgres.
Result<MigrationPlan> plan_migration(const std::string& database_path);

// Does it, where no server has the database open. Returns what was done. Refuses as above, and throws as
// open_existing_database does.
Result<MigrationPlan> migrate_database(const std::string& database_path);
