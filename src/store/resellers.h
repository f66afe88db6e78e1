// Rows <-> Reseller, Promotion. What is written here is kept in callers' memory: each write invalidates it.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/reseller.h"

namespace store {

std::optional<Reseller> find_reseller(db::Tx&, std::int64_t id);
void insert_reseller(db::Tx&, const Reseller&);  // throws db::Duplicate when the id is taken
void update_reseller(db::Tx&, const Reseller&);
std::vector<Reseller> list_resellers(db::Tx&);  // all, by id

std::optional<Promotion> find_promotion(db::Tx&, std::int64_t reseller_id, std::string_view domain, AccountType);
void insert_promotion(db::Tx&, const Promotion&);  // throws db::Duplicate when there is one for the domain and type

}  // namespace store
