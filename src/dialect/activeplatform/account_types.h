// account_types: by list and id. Those of the reseller, and of the resellers above it.

#pragma once

#include "engine/customers/show_catalogue.h"
#include "service/dialect.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_account_types(const service::Call&);
http::Response render_account_types(const service::Call&, const Scope&);

Result<ShowEntry> parse_show_account_type(const service::Call&);
http::Response render_account_type(const service::Call&, const FoundEntry<CatalogueType>&);

}  // namespace activeplatform
