// Looks at a database as `partnerd check` does: is the file sound, is it ours, would a server start on it, does what
// must hold of the accounts hold. Changes nothing; may run beside a server. A PostgreSQL database's files are not ours
// to look at, and no copy of it is made.

#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "engine/accounts/check_accounts.h"

struct CheckedDatabase {
    std::vector<std::string> file_problems;  // of the file, its tables, its key: a server would stumble over them
    CheckedAccounts accounts;
    int version = 0;  // of the schema; older than this program's: a copy of the file was brought up to date
    int newest_version = 0;
};

// Refuses: not_found (no such file, or never served); conflict (another program's; newer than this one; on PostgreSQL
// also older). Throws as db::open_sqlite_read_only does, Unavailable also when others began to write meanwhile; on
// PostgreSQL as db::open_postgres and db::read_and_wait do.
Result<CheckedDatabase> check_database_file(const std::string& path);
