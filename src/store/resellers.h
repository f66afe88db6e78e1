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
std::int64_t greatest_reseller_id(db::Tx&);     // of all that are or were; 0: none

// The reseller and all below it, by id.
std::vector<std::int64_t> list_reseller_tree(db::Tx&, std::int64_t root_id);
std::int64_t reseller_tree_version(db::Tx&);  // another one whenever a reseller has been added or removed
void move_reseller_tree_version(db::Tx&);     // for those who do that

// Resellers directly below one, by id, after an id.
std::vector<Reseller> list_children(db::Tx&, std::int64_t parent_id, std::int64_t after_id, int limit);

// Resellers of these parts (store/parts.h) whose frozen accounts wait for new due times.
std::vector<std::int64_t> list_resellers_to_redate(db::Tx&, std::int64_t parts, int limit);
// Notes how far that has come; absent: done. Nobody keeps it in memory.
void set_redated_through(db::Tx&, std::int64_t reseller_id, std::optional<std::int64_t> account_id);

std::optional<Promotion> find_promotion(db::Tx&, std::int64_t reseller_id, std::string_view domain, AccountType);
void insert_promotion(db::Tx&, const Promotion&);  // throws db::Duplicate when there is one for the domain and type
void update_promotion(db::Tx&, const Promotion&);
void delete_promotion(db::Tx&, const Promotion&);
std::vector<Promotion> list_promotions(db::Tx&, std::int64_t reseller_id);  // by domain and type

}  // namespace store
