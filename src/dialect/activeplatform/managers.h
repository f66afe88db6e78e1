// managers: "Get list of managers" and "Get manager".

#pragma once

#include "dialect/dialect.h"
#include "engine/show_catalogue.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_managers(const dialect::Call&);
http::Response render_managers(const dialect::Call&, const Scope&);

Result<ShowEntry> parse_show_manager(const dialect::Call&);
http::Response render_manager(const dialect::Call&, const FoundEntry<Manager>&);

}  // namespace activeplatform
