// accounts: create, read, list, change, hold, lift and delete. The document's "Create account", "Get account", "Get
// list of accounts" and "Update account"; the last three are ours.

#pragma once

#include "dialect/dialect.h"
#include "engine/hold_customer.h"
#include "engine/list_customers.h"
#include "engine/open_customer.h"
#include "engine/show_customer.h"
#include "engine/update_customer.h"

namespace activeplatform {

// Create account: { "data": { "type"?: "accounts", "attributes": {...} } }. Wrong types are told with all other faults.
// Refuses: not_found (the path names no reseller's id); malformed (the body, the query); conflict ("type" is another);
// forbidden ("id" is given: accounts get theirs here).
Result<OpenCustomer> parse_create_account(const dialect::Call&);
http::Response render_created(const dialect::Call&, const Customer&);  // 201, location

Result<ShowCustomer> parse_show_account(const dialect::Call&);
http::Response render_account(const dialect::Call&, const Customer&);  // 200

// Get list of accounts. Refuses also: malformed (a page, a filter, a sort field).
Result<ListCustomers> parse_list_accounts(const dialect::Call&);
http::Response render_accounts(const dialect::Call&, const CustomerList&);  // 200, links, meta

// Update account: what is missing stays; null takes the manager away.
Result<UpdateCustomer> parse_update_account(const dialect::Call&);

// Ours: POST and DELETE .../administrative_hold answer the account, DELETE of the account answers nothing.
Result<ShowCustomer> parse_name_account(const dialect::Call&);
http::Response render_nothing(const dialect::Call&, const Customer&);  // 204

}  // namespace activeplatform
