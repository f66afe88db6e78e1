// Requests -> commands. A field that cannot be read is told together with all others that break a rule, so it travels
// in the command; only a body that is no JSON object refuses the request at once.

#pragma once

#include "engine/subscriptions/access_link.h"
#include "engine/subscriptions/api_session.h"
#include "engine/subscriptions/change_subscription.h"
#include "engine/subscriptions/show_subscribed.h"
#include "engine/subscriptions/subscribe_account.h"
#include "service/dialect.h"

namespace signalmind {

Result<OpenSession> parse_open_session(const service::Call&);
Result<ListPlans> parse_list_plans(const service::Call&);
Result<SubscribeAccount> parse_create_account(const service::Call&);
Result<ListSubscribed> parse_list_accounts(const service::Call&);
Result<NameSubscribed> parse_name(const service::Call&);
Result<ChangeDetails> parse_change_account(const service::Call&);
Result<ChangeDetails> parse_change_external_id(const service::Call&);
Result<ChangeStatus> parse_change_status(const service::Call&);
Result<ChangePlan> parse_change_plan(const service::Call&);
Result<MoveSubAccount> parse_move(const service::Call&);

}  // namespace signalmind
