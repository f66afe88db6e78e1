// The pages themselves: HTML without script, under a policy that allows the one style sheet and nothing else.

#pragma once

#include <string_view>

#include "engine/subscriptions/access_link.h"
#include "http/message.h"

namespace visit {

http::Response render_visit(const Visit&);
http::Response render_message(int status, std::string_view title, std::string_view sentence);

}  // namespace visit
