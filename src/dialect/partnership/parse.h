// The documents' requests -> commands. What cannot be read is refused here (malformed, or invalid with the field and
// the broken rule); what breaks a rule about accounts is the engine's to refuse.

#pragma once

#include "dialect/partnership/update_account.h"
#include "engine/accounts/open_account.h"
#include "engine/accounts/remove_account.h"
#include "engine/accounts/show_account.h"
#include "service/dialect.h"

namespace partnership {

// CreateAccountRequest: { "account_uid" or "customer_account_uid": string, "account_type": "I" | "F", "domain": string,
// "ends_at"?: date-time }. Refuses in this order: malformed; invalid uid (missing, wrong_type), account_type
// (missing, wrong_type, unsupported), domain (missing, wrong_type), ends_at (bad_format).
Result<OpenAccount> parse_create_account(const service::Call&);

Result<ShowAccount> parse_show_account(const service::Call&);

// UpdateAccountRequest: { "ends_at"?: date-time }. Refuses nothing itself: what it would (malformed; invalid ends_at
// (bad_format)) stands in UpdateAccount::refusal, since the account decides in which revision's words it is told.
Result<UpdateAccount> parse_update_account(const service::Call&);

Result<RemoveAccount> parse_delete_account(const service::Call&);

}  // namespace partnership
