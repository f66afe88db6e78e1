// ResponseChecker: holds a response against the OpenAPI operation that it answers: status, content type, body. Compiles
// each schema once; safe to use from several threads.

#pragma once

#include <map>
#include <mutex>

#include "jsonschema/schema.h"
#include "workflow/document/exchange.h"
#include "workflow/document/openapi.h"

namespace workflow {

class ResponseChecker {
public:
    // One sentence a problem; none when all is as described.
    std::vector<std::string> check(const Operation&, const Exchange&);

private:
    Result<jsonschema::Schema> schema_of(const Operation&, const ApiMedia&);

    std::mutex mutex_;
    std::map<const json::value*, Result<jsonschema::Schema>> schemas_;
};

}  // namespace workflow
