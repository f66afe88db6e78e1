// account_attributes: "Get list of account attributes": what is asked of a new account, for each account type. The
// document's answer is no JSON:API document: a bare `account_types`, without `data`.

#pragma once

#include "engine/customers/show_catalogue.h"
#include "service/dialect.h"

namespace activeplatform {

Result<ShowCatalogue> parse_list_account_attributes(const service::Call&);
http::Response render_account_attributes(const service::Call&, const Scope&);

}  // namespace activeplatform
