// Answers in the envelope {Data, Success, Messages}. Always HTTP 200, for clients take nothing else for an answer; only
// where the request was no HTTP at all does the status say so.

#pragma once

#include "engine/subscriptions/access_link.h"
#include "engine/subscriptions/api_session.h"
#include "engine/subscriptions/show_subscribed.h"
#include "service/dialect.h"

namespace signalmind {

http::Response render_session(const service::Call&, const Session&);
http::Response render_plans(const service::Call&, const std::vector<Plan>&);
http::Response render_account(const service::Call&, const SubscribedAccount&);
http::Response render_shown(const service::Call&, const ShownAccount&);
http::Response render_list(const service::Call&, const ListedAccounts&);
http::Response render_access_url(const service::Call&, const AccessLink&);
http::Response render_true(const service::Call&, const SubscribedAccount&);

http::Response render_error(const service::Call&, const Error&);
http::Response render_status(const service::Call&, int status, std::string_view detail);

}  // namespace signalmind
