// Refusals, as JSON:API documents: one error object for each wrong field, all at once, with `status`, `code`, `title`,
// `detail` and `source`. The code is the broken rule's stable name; the published texts stand in `detail`, verbatim.

#pragma once

#include <string_view>

#include "service/dialect.h"

namespace activeplatform {

http::Response render_error(const service::Call&, const Error&);
http::Response render_status(const service::Call&, int status, std::string_view detail);

// What Content-Type and Accept ask for that JSON:API does not allow: 415 or 406; absent: nothing.
std::optional<int> refuse_headers(const http::Request&);

}  // namespace activeplatform
