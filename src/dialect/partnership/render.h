// Answers, as the documents show them. Rev A: nine members, ends_at null when unset. Rev B: seven, ends_at left out.
//
// Errors. Rev A: {"description", "code": the HTTP status, "error"}, the vendor's own texts (see words.cc). Rev B:
// {"status", "message", "code": a machine's word}.

#pragma once

#include "model/account.h"
#include "service/dialect.h"

namespace partnership {

http::Response render_created(const service::Call&, const Account&);  // 201, location, Account
http::Response render_account(const service::Call&, const Account&);  // 200, Account; rev A: 410 once it is closed
http::Response render_nothing(const service::Call&, const Account&);  // 204
http::Response render_error(const service::Call&, const Error&);
http::Response render_status(const service::Call&, int status, std::string_view detail);

}  // namespace partnership
