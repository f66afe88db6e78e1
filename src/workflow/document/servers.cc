#include "workflow/document/servers.h"

#include <algorithm>
#include <charconv>

#include "workflow/text/text.h"

namespace workflow {

namespace {

Result<std::string> value_of(const ServerVariable& variable, const FindVariable& given) {
    const std::string* value = given ? given(variable.name) : nullptr;
    if (!value) return variable.value;
    if (variable.choices.empty() || std::ranges::find(variable.choices, *value) != variable.choices.end())
        return *value;
    std::string choices;
    for (const auto& choice : variable.choices) choices += (choices.empty() ? "" : ", ") + choice;
    return Error{Reason::invalid, "the server's variable " + shorten(variable.name, 60) + " cannot be \"" +
                                      shorten(*value, 60) + "\"; it is one of: " + shorten(choices, 300)};
}

std::string describe(const std::vector<ApiServer>& servers) {
    std::string out;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const auto& server = servers[i];
        const auto& words = server.name.empty() ? server.description : server.name;
        out += (i ? ", " : "") + std::to_string(i) + " (" + shorten(words.empty() ? server.url : words, 80) + ")";
    }
    return out;
}

}  // namespace

Result<std::string> fill_in(const ApiServer& server, const FindVariable& given) {
    const std::string& url = server.url;
    std::string out;
    for (std::size_t at = 0; at < url.size();) {
        auto open = url.find('{', at), close = url.find('}', open);
        if (open == std::string::npos || close == std::string::npos) {
            out += url.substr(at);
            break;
        }
        out += url.substr(at, open - at);
        auto variable =
            std::ranges::find(server.variables, url.substr(open + 1, close - open - 1), &ServerVariable::name);
        out +=
            variable == server.variables.end() ? url.substr(open, close - open + 1) : TRY(value_of(*variable, given));
        at = close + 1;
    }
    return out;
}

Result<const ApiServer*> choose_server(const std::vector<ApiServer>& servers, const std::string& choice) {
    std::size_t index = 0;
    auto [end, failed] = std::from_chars(choice.data(), choice.data() + choice.size(), index);
    if (failed == std::errc() && end == choice.data() + choice.size() && index < servers.size()) return &servers[index];
    for (auto words : {&ApiServer::name, &ApiServer::description})
        for (const auto& server : servers)
            if (!(server.*words).empty() && equal_ignoring_case(trim(server.*words), trim(choice))) return &server;
    return Error{Reason::not_found, "there is no server \"" + shorten(choice, 60) + "\"; " +
                                        (servers.empty() ? "the API names none" : "there are: " + describe(servers)) +
                                        "; a server of your own begins with http:// or https://"};
}

}  // namespace workflow
