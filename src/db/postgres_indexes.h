// Indexes of tables that others write to meanwhile: CREATE INDEX CONCURRENTLY, outside of any transaction.

#pragma once

#include <string_view>

#include "db/postgres_connection.h"

namespace db::postgres {

// On a connection of its own, for as long as it takes. An index that was left half made is made anew; who finds another
// server at work on the schema waits for it. Throws Broken if the script makes anything else (nothing has been made
// then), or if a statement is refused; Lost, Unavailable.
void make_indexes(Connection&, std::string_view script);

}  // namespace db::postgres
