// What whoever starts a run has to say of its requests: where they go, what they may show, what they may read.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "workflow/run/credentials.h"
#include "workflow/run/files.h"

namespace workflow {

struct RequestOptions {
    // Source name -> URL that takes the place of the OpenAPI document's servers, or which of them it is: its number,
    // name or description.
    std::map<std::string, std::string> servers;
    // "source.variable", or "variable" for all sources -> the value of a variable of servers.
    std::map<std::string, std::string> server_variables;
    Credentials credentials;
    std::shared_ptr<const Files> files;  // null: nothing is read from the disk
};

}  // namespace workflow
