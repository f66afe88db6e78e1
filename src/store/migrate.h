// Brings a database's tables to what this binary knows: the files of store/schema, in order, each in one transaction
// together with its entry in schema_version. A file named "..._indexes.sql" has CREATE [UNIQUE] INDEX IF NOT EXISTS
// alone: its indexes are made while others write (Database::make_indexes), and noted then. Migrations expand, then
// contract, so that a new binary can run on the old schema meanwhile; a file once released never changes.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/embedded_file.h"
#include "core/result.h"
#include "db/database.h"

namespace store {

extern const std::vector<EmbeddedFile> schema_files;  // "001_accounts.sql", ...

struct Migrated {
    int from = 0;  // 0: the database was empty
    int to = 0;
};

// Refuses (Reason::conflict) a database that is newer than the files, and does not say that they are enough for it (see
// recognise.h); one that does is left as it is.
Result<Migrated> migrate(db::Database&, const std::vector<EmbeddedFile>& files = schema_files);

}  // namespace store
