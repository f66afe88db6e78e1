// account_types: by list and id. Those of the reseller, and of the resellers above it.

#pragma once

#include "dialect/dialect.h"
#include "engine/show_catalogue.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_account_types(const dialect::Call&);
http::Response render_account_types(const dialect::Call&, const Scope&);

Result<ShowEntry> parse_show_account_type(const dialect::Call&);
http::Response render_account_type(const dialect::Call&, const FoundEntry<CatalogueType>&);

}  // namespace activeplatform
