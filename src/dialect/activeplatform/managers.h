// managers: "Get list of managers" and "Get manager".

#pragma once

#include "engine/customers/show_catalogue.h"
#include "service/dialect.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_managers(const service::Call&);
http::Response render_managers(const service::Call&, const Scope&);

Result<ShowEntry> parse_show_manager(const service::Call&);
http::Response render_manager(const service::Call&, const FoundEntry<Manager>&);

}  // namespace activeplatform
