// Cookies, and the one of the console: who holds it acts as the operator whose token was exchanged for it (see
// engine/access/console_session.h), so it counts only for requests of our own pages. Used by the pages, and by
// service.cc for the dialects that take it.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "service/dialect.h"

namespace service {

// RFC 6265 4.2.1: the first of that name. Absent: none. Borrowed from the request.
std::optional<std::string_view> find_cookie(const http::Request&, std::string_view name);

// Whether a browser says that a page of ours has sent this; who is no browser need not say.
bool is_from_our_page(const Call&);

// Absent also: it was not sent by a page of ours.
std::optional<std::string_view> find_console_cookie(const Call&);

// What Set-Cookie is to say. For no life at all the browser forgets it.
std::string console_cookie(const Call&, std::string_view secret, std::chrono::seconds life);

}  // namespace service
