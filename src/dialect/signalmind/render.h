// Answers in the envelope {Data, Success, Messages}. Always HTTP 200, for clients take nothing else for an answer; only
// where the request was no HTTP at all does the status say so.

#pragma once

#include "dialect/dialect.h"
#include "engine/access_link.h"
#include "engine/session.h"
#include "engine/show_subscribed.h"

namespace signalmind {

http::Response render_session(const dialect::Call&, const Session&);
http::Response render_plans(const dialect::Call&, const std::vector<Plan>&);
http::Response render_account(const dialect::Call&, const SubscribedAccount&);
http::Response render_shown(const dialect::Call&, const ShownAccount&);
http::Response render_list(const dialect::Call&, const ListedAccounts&);
http::Response render_access_url(const dialect::Call&, const AccessLink&);
http::Response render_true(const dialect::Call&, const SubscribedAccount&);

http::Response render_error(const dialect::Call&, const Error&);
http::Response render_status(const dialect::Call&, int status, std::string_view detail);

}  // namespace signalmind
