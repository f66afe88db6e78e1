// What `workflow run` was told of servers and credentials, made into what a run needs: where requests go, with which
// secrets, certificates and proxies. Every secret that is read here is made known to Secrets at once.

#pragma once

#include <map>
#include <string>

#include "cli/workflow_environment.h"
#include "cli/workflow_library.h"
#include "http/client.h"
#include "workflow/run/request.h"
#include "workflow/run/secrets.h"

struct RequestPlan {
    workflow::RequestOptions requests;
    http::ClientOptions client;
    std::map<std::string, http::ClientOptions> clients_of_sources;  // with a certificate of their own
};

// Refuses with one sentence: a name that is nobody's (what it was meant for would go elsewhere), a variable that is not
// set, a server that is not there.
Result<RequestPlan> plan_requests(const WorkflowOptions&, const Environment&, const http::Proxies&, const Targets&,
                                  workflow::Secrets&);
