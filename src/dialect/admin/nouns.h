// The routes of the operator API, one file for each noun; admin.cc puts them together.

#pragma once

#include <vector>

#include "dialect/dialect.h"

namespace admin {

std::vector<dialect::Route> reseller_routes();
std::vector<dialect::Route> credential_routes();
std::vector<dialect::Route> domain_routes();
std::vector<dialect::Route> promotion_routes();
std::vector<dialect::Route> account_routes();
std::vector<dialect::Route> plan_routes();
std::vector<dialect::Route> event_routes();
std::vector<dialect::Route> count_routes();
std::vector<dialect::Route> redemption_routes();
std::vector<dialect::Route> manager_routes();
std::vector<dialect::Route> catalogue_routes();
std::vector<dialect::Route> balance_routes();
std::vector<dialect::Route> import_routes();

}  // namespace admin
