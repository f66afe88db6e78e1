#include "workflow/run/server_choice.h"

#include "uri/uri.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace workflow {

namespace {

std::string tidy(const std::string& url) {
    std::string out(without_fragment(url));
    while (out.ends_with('/')) out.pop_back();
    return out;
}

// What the operation's document says, with the variables that the user gave; empty: it names no server.
Result<std::string> written_server(const Operation& operation, const Source& source, const RequestOptions& options) {
    const auto* chosen = find_for_source(options.servers, source);
    if (!chosen && operation.servers.empty()) return std::string();
    const ApiServer* server = chosen ? TRY(choose_server(operation.servers, *chosen)) : &operation.servers.front();
    return fill_in(*server, [&](const std::string& name) -> const std::string* {
        for (const auto& of_source : source.names)
            if (auto given = options.server_variables.find(of_source + "." + name);
                given != options.server_variables.end())
                return &given->second;
        auto given = options.server_variables.find(name);
        return given == options.server_variables.end() ? nullptr : &given->second;
    });
}

}  // namespace

Result<std::string> find_server(const Operation& operation, const Source& source, const RequestOptions& options) {
    const auto* given = find_for_source(options.servers, source);
    if (given && is_http_url(*given)) return tidy(*given);
    if (given && given->find("://") != std::string::npos)
        return Error{Reason::invalid, "\"" + shorten(*given) +
                                          "\" is no http URL; say where the API is with --server " +
                                          (source.names.empty() ? source.name : source.names[0]) + "=URL"};
    const std::string written = TRY(written_server(operation, source, options));
    // OpenAPI: without servers it is "/", of a document from the network the place where that came from.
    const std::string url = uri::resolve(operation.api->url(), written.empty() ? "/" : written);
    if (is_http_url(url)) return tidy(url);
    return Error{Reason::invalid,
                 "the API " + source.name +
                     (written.empty() ? " names no server"
                                      : " has the server \"" + shorten(written) + "\", which is no http URL") +
                     "; say where it is with --server " + (source.names.empty() ? source.name : source.names[0]) +
                     "=URL"};
}

}  // namespace workflow
