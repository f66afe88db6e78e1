// Named texts that belong to the database as a whole: the sealing key, the mode it was made for.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"

namespace store {

std::optional<std::string> find_setting(db::Tx&, std::string_view name);
void insert_setting(db::Tx&, std::string_view name, std::string_view value);  // throws db::Duplicate when it exists
void put_setting(db::Tx&, std::string_view name, std::string_view value);     // whatever it was

}  // namespace store
