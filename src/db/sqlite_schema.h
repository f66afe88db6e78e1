// What stands in the schema of a SQLite file, for Tx::list_schema().

#pragma once

#include <cstdint>
#include <vector>

#include "db/sqlite_connection.h"

namespace db::sqlite {

std::vector<SchemaObject> list_schema(Connection&);
std::uint32_t application_id(Connection&);

}  // namespace db::sqlite
