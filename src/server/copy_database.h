// Moves house: all that one database has, copied into another one, SQLite or PostgreSQL on either side, for the command
// `copy`. In lots, a transaction each; whoever is interrupted goes on where that was. As long as it is not finished the
// target says so itself (engine/upkeep/database_identity.h), and nobody else opens it. At the end both sides are read
// once more and compared.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.h"

struct CopyProgress {
    std::string_view table;
    bool is_comparing = false;  // all is there, and is read once more on both sides
    std::int64_t rows = 0;      // so far, those of earlier attempts too
    std::int64_t total = 0;
};

struct CopiedDatabase {
    std::int64_t tables = 0;
    std::int64_t rows = 0;
    bool has_gone_on = false;  // with what an earlier attempt had begun
};

// Both as the setting `database` names them: a file's path, or a PostgreSQL address. Nobody else may have either open.
// `tell` is called after each lot; what it throws ends the copy as any interruption would.
// Refuses: conflict (both are the same database; somebody has either open, or comes while it is copied, as far as is
// seen; the source has an older or a newer schema, or lacks a table; the target is not empty, for the other mode,
// another program's, has another schema, or has begun with something else; the source has changed meanwhile; the target
// cannot keep a row, which is named; the sides are not equal in the end), not_found (no such source, or never served),
// unavailable (a file is open already, or what trying again helps with).
Result<CopiedDatabase> copy_database(const std::string& from, const std::string& to,
                                     const std::function<void(const CopyProgress&)>& tell = {});
