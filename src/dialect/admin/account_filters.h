// The parameters by which lists of accounts are asked for: status, type, domain, uid_prefix, email, ends_after,
// ends_before, removed; order, limit, cursor. Used by the operator API and the partner API.

#pragma once

#include "dialect/admin/request.h"
#include "engine/accounts/list_accounts.h"

namespace admin {

// Of no reseller yet.
ListAccounts read_account_filters(Query&, const service::Call&);

}  // namespace admin
