// account_classes: by list and id. Those of the reseller, and of the resellers above it.

#pragma once

#include "engine/customers/show_catalogue.h"
#include "service/dialect.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_account_classes(const service::Call&);
http::Response render_account_classes(const service::Call&, const Scope&);

Result<ShowEntry> parse_show_account_class(const service::Call&);
http::Response render_account_class(const service::Call&, const FoundEntry<AccountClass>&);

}  // namespace activeplatform
