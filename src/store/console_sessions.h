// Rows <-> ConsoleSession. What ends one invalidates what callers keep in memory; what notes its use does not.

#pragma once

#include <optional>
#include <string_view>

#include "db/database.h"
#include "model/console_session.h"

namespace store {

std::optional<ConsoleSession> find_console_session(db::Tx&, std::string_view secret_sha256);
void insert_console_session(db::Tx&, const ConsoleSession&);
void note_use_of_console_session(db::Tx&, std::string_view secret_sha256, Instant at);  // never goes back
void delete_console_session(db::Tx&, std::string_view secret_sha256);

// So many at most: those that have not been used since.
void delete_idle_console_sessions(db::Tx&, Instant seen_before, int limit);

}  // namespace store
