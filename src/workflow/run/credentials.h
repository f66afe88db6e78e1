// Credentials: what a run may show to the servers that it talks to, and for whom. An operation gets what its own
// security requirements ask for and nothing else; a header or parameter that a step sets itself is never replaced.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "workflow/document/exchange.h"
#include "workflow/document/openapi.h"

namespace workflow {

struct Credentials {
    // Security scheme, or "source.scheme" -> secret: a token (bearer, OAuth2, OpenID Connect), "user:password" (basic),
    // a key.
    std::map<std::string, std::string> by_scheme;
    std::string token;         // for each scheme that takes a bearer token and has no secret of its own
    bool are_implied = false;  // whoever sends knows for whom: nothing is missing
};

struct Applied {
    std::vector<std::string> pieces_of_query;  // of API keys, "name=value", percent-encoded
    std::vector<std::string> cookies;
    std::string missing;  // the scheme for which there is no secret; empty: nothing is missing
};

// Adds headers to the request, and returns the rest.
Applied apply_credentials(const Credentials&, const Operation&, const std::string& source, http::Headers& headers);

}  // namespace workflow
