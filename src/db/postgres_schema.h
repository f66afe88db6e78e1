// What PostgreSQL is told when a schema file, which is written for SQLite, is run; and what the driver keeps in the
// database for itself. The one place that knows how their schemas differ.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace db::postgres {

// The statements of a script, one by one and without comments. INTEGER is BIGINT and TEXT compares byte by byte, as in
// SQLite; STRICT, WITHOUT ROWID and PRAGMA are left out. Where rows lie by an id and have a reseller, the key is
// (reseller_id, id), and an index is over the id alone. Throws Broken where a text or a comment
// does not end.
std::vector<std::string> translate_script(std::string_view sql);

// Made with the first script: commit_marker, generation, id_slot, server_progress, and SQLite's instr(). Each may be
// there already.
extern const std::vector<std::string_view> own_schema;

// For Tx::list_schema(), of the schema that the connection makes its tables in; in what the keys are led by, as SQLite
// would have them.
std::vector<SchemaObject> list_schema(Tx&);

}  // namespace db::postgres
