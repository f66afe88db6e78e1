// The routes of the partner API, one file for each noun; partner.cc puts them together.

#pragma once

#include <vector>

#include "service/dialect.h"

namespace partner {

std::vector<service::Route> self_routes();
std::vector<service::Route> account_routes();
std::vector<service::Route> event_routes();
std::vector<service::Route> webhook_routes();

}  // namespace partner
