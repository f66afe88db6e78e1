// Credentials: what a run may show to the servers that it talks to, and for whom. An operation gets what its own
// security requirements ask for and nothing else; a header or parameter that a step sets itself is never replaced.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflow/document/exchange.h"
#include "workflow/document/openapi.h"

namespace workflow {

// Who asks an authorization server for tokens (OAuth 2, client credentials: RFC 6749 4.4).
struct OAuthClient {
    std::string id;
    std::string secret;
    std::string token_url;                          // absolute; empty: the security scheme's
    std::map<std::string, std::string> parameters;  // sent along: "audience", or "scope" instead of the operation's
};

struct Credentials {
    // Security scheme, or "source.scheme" -> secret: a token (bearer, OAuth2, OpenID Connect), "user:password" (basic),
    // a key.
    std::map<std::string, std::string> by_scheme;
    std::map<std::string, OAuthClient> clients;  // named likewise; one who has a secret above needs no token
    std::set<std::string> certified_sources;     // to whose servers a certificate is shown; "": to all that ask for one
    std::string token;         // for each scheme that takes a bearer token and has no secret of its own
    bool are_implied = false;  // whoever sends knows for whom: nothing is missing
};

struct Applied {
    std::vector<std::string> pieces_of_query;  // of API keys, "name=value", percent-encoded
    std::vector<std::string> cookies;
    std::string missing;  // the scheme for which there is no secret; empty: nothing is missing
};

// A token that has to be fetched, and shown as Authorization, before a request can be sent.
struct TokenWanted {
    const OAuthClient* client = nullptr;
    const SecurityScheme* scheme = nullptr;
};

// What is still missing of a request to which apply_credentials has added the rest. None: it can be sent.
std::optional<TokenWanted> find_token_wanted(const Credentials&, const Operation&, const std::string& source,
                                             const http::Headers&);

// Adds headers to the request, and returns the rest.
Applied apply_credentials(const Credentials&, const Operation&, const std::string& source, http::Headers& headers);

}  // namespace workflow
