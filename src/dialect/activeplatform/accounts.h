// accounts: create, read, list, change, hold, lift and delete. The document's "Create account", "Get account", "Get
// list of accounts" and "Update account"; the last three are ours.

#pragma once

#include "engine/customers/hold_customer.h"
#include "engine/customers/list_customers.h"
#include "engine/customers/open_customer.h"
#include "engine/customers/show_customer.h"
#include "engine/customers/update_customer.h"
#include "service/dialect.h"

namespace activeplatform {

// Create account: { "data": { "type"?: "accounts", "attributes": {...} } }. Wrong types are told with all other faults.
// Refuses: not_found (the path names no reseller's id); malformed (the body, the query); conflict ("type" is another);
// forbidden ("id" is given: accounts get theirs here).
Result<OpenCustomer> parse_create_account(const service::Call&);
http::Response render_created(const service::Call&, const Customer&);  // 201, location

Result<ShowCustomer> parse_show_account(const service::Call&);
http::Response render_account(const service::Call&, const Customer&);  // 200

// Get list of accounts. Refuses also: malformed (a page, a filter, a sort field).
Result<ListCustomers> parse_list_accounts(const service::Call&);
http::Response render_accounts(const service::Call&, const CustomerList&);  // 200, links, meta

// Update account: what is missing stays; null takes the manager away.
Result<UpdateCustomer> parse_update_account(const service::Call&);

// Ours: POST and DELETE .../administrative_hold answer the account, DELETE of the account answers nothing.
Result<ShowCustomer> parse_name_account(const service::Call&);
http::Response render_nothing(const service::Call&, const Customer&);  // 204

}  // namespace activeplatform
