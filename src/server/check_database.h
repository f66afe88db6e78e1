// Looks at a database as `partnerd check` does: is the file sound, is it ours, would a server start on it, does what
// must hold of the accounts hold. Changes nothing; may run beside a server.

#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "engine/accounts/check_accounts.h"

struct CheckedDatabase {
    std::vector<std::string> file_problems;  // of the file, its tables, its key: a server would stumble over them
    CheckedAccounts accounts;
    int version = 0;  // of the schema; older than this program's: a copy was brought up to date and looked at
    int newest_version = 0;
};

// Refuses: not_found (no such file, or never served); conflict (another program's; newer than this one). Throws as
// db::open_sqlite_read_only does, Unavailable also when others began to write meanwhile.
Result<CheckedDatabase> check_database_file(const std::string& path);
