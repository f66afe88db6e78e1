// How the operator API says no: RFC 9457 problem details, application/problem+json, with two members of our own:
// "code", a stable word for programs, and "errors", one object {field, code, detail} for each member that is wrong.
//
// A request that deserves several refusals gets the first of: 400 malformed_request, 401 unauthenticated, 403
// forbidden, 404 not_found, 410 gone, 412 stale (If-Match), 422 invalid, 409 conflict.

#pragma once

#include "service/dialect.h"

namespace admin {

http::Response render_error(const service::Call&, const Error&);
http::Response render_status(const service::Call&, int status, std::string_view detail);

}  // namespace admin
