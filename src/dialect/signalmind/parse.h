// Requests -> commands. A field that cannot be read is told together with all others that break a rule, so it travels
// in the command; only a body that is no JSON object refuses the request at once.

#pragma once

#include "dialect/dialect.h"
#include "engine/access_link.h"
#include "engine/change_subscription.h"
#include "engine/session.h"
#include "engine/show_subscribed.h"
#include "engine/subscribe_account.h"

namespace signalmind {

Result<OpenSession> parse_open_session(const dialect::Call&);
Result<ListPlans> parse_list_plans(const dialect::Call&);
Result<SubscribeAccount> parse_create_account(const dialect::Call&);
Result<ListSubscribed> parse_list_accounts(const dialect::Call&);
Result<NameSubscribed> parse_name(const dialect::Call&);
Result<ChangeDetails> parse_change_account(const dialect::Call&);
Result<ChangeDetails> parse_change_external_id(const dialect::Call&);
Result<ChangeStatus> parse_change_status(const dialect::Call&);
Result<ChangePlan> parse_change_plan(const dialect::Call&);
Result<MoveSubAccount> parse_move(const dialect::Call&);

}  // namespace signalmind
