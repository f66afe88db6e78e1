// Bearer tokens as callers present them (RFC 6750 section 2.1). Called by the dialects that take them.

#pragma once

#include <optional>
#include <string_view>

#include "http/message.h"

namespace service {

// The scheme's name in any case (RFC 9110 11.1). Two headers are no credential. Borrowed from the request.
std::optional<std::string_view> find_bearer_token(const http::Request&);

}  // namespace service
