// What a machine asks about the server itself: GET /healthz (does it live), /readyz (can it serve), /metrics. Two http
// services: the operations listener's, which has all three, and one around the main listener's, which has health alone.
// No credential is asked for: put the operations listener where only the monitoring reaches it.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/message.h"
#include "operations/metrics.h"

namespace operations {

// Why the server could not do its work just now. Asked at each look; must be quick.
struct Check {
    std::string name;                      // "database", as a member of the answer
    std::function<std::string()> why_not;  // one sentence; empty: all is well
    bool is_advice = false;                // told, but the server is ready all the same
};

// 200 with {"status":"alive"}: that it is answered shows that the loops turn.
http::Response render_alive();
// 200 with {"status":"ready","checks":{"database":"ok",...}}, or 503 with "not ready" and the sentences.
http::Response render_ready(const std::vector<Check>&);

http::Service operations_service(const Metrics&, const std::vector<Check>&);
http::Service with_health(http::Service, const std::vector<Check>&);

}  // namespace operations
