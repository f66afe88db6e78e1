// What a route does on threads of its own (see admission.h), because it may take long.

#pragma once

#include <functional>
#include <memory>

#include "service/dialect.h"

namespace service {

// Runs work, which replies, there. When it throws, or too much of the
// caller's waits already, this replies itself.
void run_slowly(const App&, const std::shared_ptr<Call>&, RenderError, const http::Reply&, std::function<void()> work);

// The whole route: for reads whose time grows with the number of accounts.
Route on_slow_thread(Route);

}  // namespace service
