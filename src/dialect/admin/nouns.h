// The routes of the operator API, one file for each noun; admin.cc puts them together.

#pragma once

#include <vector>

#include "service/dialect.h"

namespace admin {

std::vector<service::Route> reseller_routes();
std::vector<service::Route> credential_routes();
std::vector<service::Route> domain_routes();
std::vector<service::Route> promotion_routes();
std::vector<service::Route> account_routes();
std::vector<service::Route> plan_routes();
std::vector<service::Route> event_routes();
std::vector<service::Route> count_routes();
std::vector<service::Route> redemption_routes();
std::vector<service::Route> manager_routes();
std::vector<service::Route> catalogue_routes();
std::vector<service::Route> balance_routes();
std::vector<service::Route> import_routes();
std::vector<service::Route> webhook_routes();
std::vector<service::Route> search_routes();

}  // namespace admin
