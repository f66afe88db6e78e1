// Rows <-> Plan, Rights: what a reseller offers and may do.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "db/database.h"
#include "model/subscription.h"

namespace store {

std::optional<Plan> find_plan(db::Tx&, std::int64_t reseller_id, AccountType, std::int64_t id);
bool has_plan(db::Tx&, std::int64_t reseller_id, AccountType, std::int64_t id);
std::vector<Plan> list_plans(db::Tx&, std::int64_t reseller_id, AccountType);  // by id
std::vector<Plan> list_plans(db::Tx&, std::int64_t reseller_id);               // by type and id
void insert_plan(db::Tx&, const Plan&);  // throws db::Duplicate when the reseller has one of the type and id
void update_plan(db::Tx&, const Plan&);
void delete_plan(db::Tx&, const Plan&);

Rights find_rights(db::Tx&, std::int64_t reseller_id);  // none of which it has been said: the defaults
void put_rights(db::Tx&, std::int64_t reseller_id, const Rights&);

}  // namespace store
