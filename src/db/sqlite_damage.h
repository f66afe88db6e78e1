// What is wrong with a SQLite file itself, in words. Used behind Database::check_integrity().

#pragma once

#include <string>
#include <vector>

#include "db/sqlite_connection.h"

namespace db::sqlite {

std::vector<std::string> find_damage(const ConnectionOptions&);

}  // namespace db::sqlite
