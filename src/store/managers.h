// Rows <-> Manager. What is written here is kept in callers' memory: each write invalidates it.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "db/database.h"
#include "model/manager.h"

namespace store {

std::optional<Manager> find_manager(db::Tx&, std::int64_t reseller_id, std::int64_t id);
std::vector<Manager> list_managers(db::Tx&, std::int64_t reseller_id);  // by id
void insert_manager(db::Tx&, const Manager&);                           // throws db::Duplicate when the id is taken
void update_manager(db::Tx&, const Manager&);                           // all but the ids and created_at
void delete_manager(db::Tx&, const Manager&);

}  // namespace store
