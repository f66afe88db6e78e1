#include "workflow/run/credentials.h"

#include <algorithm>

#include "workflow/text/text.h"

namespace workflow {

namespace {

template <class Entry>
const Entry* find_of(const std::map<std::string, Entry>& all, const SecurityScheme& scheme, const std::string& source) {
    for (const auto& name : {source + "." + scheme.name, scheme.name})
        if (auto found = all.find(name); found != all.end()) return &found->second;
    return nullptr;
}

const OAuthClient* find_client(const Credentials& credentials, const SecurityScheme& scheme,
                               const std::string& source) {
    const bool takes_token = scheme.kind == SecurityScheme::Kind::bearer;
    if (!takes_token || find_of(credentials.by_scheme, scheme, source)) return nullptr;
    return find_of(credentials.clients, scheme, source);
}

const std::string* find_secret(const Credentials& credentials, const SecurityScheme& scheme,
                               const std::string& source) {
    if (const auto* own = find_of(credentials.by_scheme, scheme, source)) return own;
    if (find_client(credentials, scheme, source)) return nullptr;
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
    case SecurityScheme::Kind::mutual_tls:
    case SecurityScheme::Kind::other: return;
    }
}

// A step may bring the credential itself, as a header parameter.
bool is_set_by_step(const SecurityScheme& scheme, const http::Headers& headers) {
    if (scheme.kind == SecurityScheme::Kind::api_key)
        return scheme.in == ParameterPlace::header && headers.find(scheme.key_name);
    return headers.find("Authorization") != nullptr;
}

bool is_at_hand(const Credentials& credentials, const SecurityScheme& scheme, const std::string& source,
                const http::Headers& headers) {
    if (scheme.kind == SecurityScheme::Kind::mutual_tls)
        return credentials.certified_sources.contains(source) || credentials.certified_sources.contains("");
    return find_secret(credentials, scheme, source) || find_client(credentials, scheme, source) ||
           is_set_by_step(scheme, headers);
}

}  // namespace

Applied apply_credentials(const Credentials& credentials, const Operation& operation, const std::string& source,
                          http::Headers& headers) {
    Applied out;
    if (credentials.are_implied && credentials.by_scheme.empty() && credentials.token.empty()) return out;
    for (const auto& alternative : operation.security) {
        auto lacking = std::ranges::find_if_not(
            alternative, [&](const auto& scheme) { return is_at_hand(credentials, scheme, source, headers); });
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

std::optional<TokenWanted> find_token_wanted(const Credentials& credentials, const Operation& operation,
                                             const std::string& source, const http::Headers& headers) {
    for (const auto& alternative : operation.security) {
        if (!std::ranges::all_of(alternative,
                                 [&](const auto& scheme) { return is_at_hand(credentials, scheme, source, headers); }))
            continue;
        for (const auto& scheme : alternative)
            if (const auto* client = find_client(credentials, scheme, source);
                client && !is_set_by_step(scheme, headers))
                return TokenWanted{client, &scheme};
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace workflow
