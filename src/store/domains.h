// Rows <-> Domain: where the vendor's product runs.

#pragma once

#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/reseller.h"

namespace store {

std::optional<Domain> find_domain(db::Tx&, std::string_view name);
std::vector<Domain> list_domains(db::Tx&);   // all, by name
void insert_domain(db::Tx&, const Domain&);  // throws db::Duplicate when it is there
void delete_domain(db::Tx&, std::string_view name);
bool is_domain_promoted(db::Tx&, std::string_view name);  // by any reseller

}  // namespace store
