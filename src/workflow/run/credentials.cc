#include "workflow/run/credentials.h"

#include <algorithm>

#include "workflow/text/text.h"

namespace workflow {

namespace {

const std::string* find_secret(const Credentials& credentials, const SecurityScheme& scheme,
                               const std::string& source) {
    for (const auto& name : {source + "." + scheme.name, scheme.name})
        if (auto found = credentials.by_scheme.find(name); found != credentials.by_scheme.end()) return &found->second;
    if (scheme.kind == SecurityScheme::Kind::bearer && !credentials.token.empty()) return &credentials.token;
    return nullptr;
}

void set_unless_present(http::Headers& headers, std::string_view name, const std::string& value) {
    if (!headers.find(name)) headers.set(name, value);
}

void apply(const SecurityScheme& scheme, const std::string& secret, http::Headers& headers, Applied& out) {
    switch (scheme.kind) {
    case SecurityScheme::Kind::bearer: return set_unless_present(headers, "Authorization", "Bearer " + secret);
    case SecurityScheme::Kind::basic: return set_unless_present(headers, "Authorization", "Basic " + base64(secret));
    case SecurityScheme::Kind::api_key:
        if (scheme.in == ParameterPlace::query)
            out.pieces_of_query.push_back(percent_encode(scheme.key_name) + "=" + percent_encode(secret));
        else if (scheme.in == ParameterPlace::cookie)
            out.cookies.push_back(scheme.key_name + "=" + secret);
        else
            set_unless_present(headers, scheme.key_name, secret);
        return;
    case SecurityScheme::Kind::other: return;
    }
}

// A step may bring the credential itself, as a header parameter.
bool is_set_by_step(const SecurityScheme& scheme, const http::Headers& headers) {
    if (scheme.kind == SecurityScheme::Kind::api_key)
        return scheme.in == ParameterPlace::header && headers.find(scheme.key_name);
    return headers.find("Authorization") != nullptr;
}

}  // namespace

Applied apply_credentials(const Credentials& credentials, const Operation& operation, const std::string& source,
                          http::Headers& headers) {
    Applied out;
    if (credentials.are_implied && credentials.by_scheme.empty() && credentials.token.empty()) return out;
    for (const auto& alternative : operation.security) {
        auto lacking = std::ranges::find_if(alternative, [&](const auto& scheme) {
            return !find_secret(credentials, scheme, source) && !is_set_by_step(scheme, headers);
        });
        if (lacking != alternative.end()) {
            if (out.missing.empty()) out.missing = lacking->name;
            continue;
        }
        out.missing.clear();
        for (const auto& scheme : alternative)
            if (const auto* secret = find_secret(credentials, scheme, source)) apply(scheme, *secret, headers, out);
        return out;
    }
    return out;
}

}  // namespace workflow
