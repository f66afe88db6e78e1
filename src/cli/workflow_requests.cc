#include "cli/workflow_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "workflow/run/server_choice.h"
#include "workflow/text/text.h"
#include "workflow/text/url.h"

namespace {

using Pair = std::pair<std::string, std::string>;

class RequestPlanner {
public:
    RequestPlanner(const WorkflowOptions& options, const Environment& environment, const http::Proxies& proxies,
                   const Targets& targets, workflow::Secrets& secrets)
        : options_(options), environment_(environment), proxies_(proxies), targets_(targets), secrets_(secrets) {}

    Result<RequestPlan> plan() {
        TRY(read_servers());
        TRY(read_secrets());
        TRY(read_clients());
        read_client_options();
        read_certificates(options_.certificates, &http::ClientOptions::certificate_file);
        read_certificates(options_.keys, &http::ClientOptions::key_file);
        for (const auto& [source, client] : plan_.clients_of_sources)
            if (client.certificate_file.empty())
                return refuse("--key " + source + ": there is no --certificate for it");
        if (plan_.client.certificate_file.empty() && !plan_.client.key_file.empty())
            return refuse("--key: there is no --certificate for it");
        return std::move(plan_);
    }

private:
    static Error refuse(std::string why) { return {Reason::invalid, std::move(why)}; }

    static Result<Pair> split(const std::string& text, const char* option, const char* form = "NAME=VALUE") {
        const auto equal = text.find('=');
        if (equal == std::string::npos || equal == 0)
            return refuse(fmt::format("{} wants {}, and \"{}\" is none", option, form, workflow::shorten(text, 60)));
        return Pair(text.substr(0, equal), text.substr(equal + 1));
    }

    static std::string listed(const std::set<std::string>& names) {
        std::string out;
        for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
        return out.empty() ? "none" : out;
    }

    template <class Visit>
    void for_each_step(const Visit& visit) const {
        for (const auto& library : targets_.libraries)
            for (const auto& document : library->documents())
                for (const auto& workflow : document->workflows)
                    for (const auto& step : workflow->steps)
                        if (step.operation && step.source) visit(step);
    }

    std::set<std::string> source_names() const {
        std::set<std::string> out;
        for (const auto& library : targets_.libraries)
            for (const auto& document : library->documents())
                for (const auto& source : document->sources) out.insert(source.names.begin(), source.names.end());
        return out;
    }

    // A name that is nobody's would be taken for what has been said, and requests would go elsewhere.
    Result<void> check_source(const std::string& name, const char* option) const {
        const auto known = source_names();
        if (known.contains(name)) return {};
        return refuse(fmt::format("{}: there is no source \"{}\"; there are: {}", option, workflow::shorten(name, 60),
                                  listed(known)));
    }

    // "scheme" or "source.scheme".
    Result<void> check_scheme(const std::string& name, const char* option) const {
        std::set<std::string> known;
        bool is_known = false;
        for_each_step([&](const workflow::Step& step) {
            for (const auto& alternative : step.operation->security)
                for (const auto& scheme : alternative) {
                    if (scheme.kind != workflow::SecurityScheme::Kind::bearer) continue;
                    known.insert(scheme.name);
                    is_known |= name == scheme.name || name == step.source->name + "." + scheme.name;
                }
        });
        if (is_known) return {};
        return refuse(fmt::format("{}: no operation here wants a token of the security scheme \"{}\"; they want: {}",
                                  option, workflow::shorten(name, 60), listed(known)));
    }

    Result<void> read_servers() {
        for (const auto& text : options_.servers) {
            const auto [name, value] = TRY(split(text, "--server"));
            TRY(check_source(name, "--server"));
            plan_.requests.servers[name] = value;
        }
        for (const auto& text : options_.server_variables) {
            const auto [name, value] = TRY(split(text, "--server-variable", "[NAME.]VARIABLE=VALUE"));
            TRY(check_variable(name));
            plan_.requests.server_variables[name] = value;
        }
        // What was chosen is there: found out before anything is sent.
        for (const auto& target : targets_.chosen)
            for (const auto& step : target.workflow->steps) {
                if (!step.operation || !step.source) continue;
                const auto* chosen = workflow::find_for_source(plan_.requests.servers, *step.source);
                const bool is_choice = chosen && !workflow::is_http_url(*chosen);
                if (is_choice || !plan_.requests.server_variables.empty())
                    (void)TRY(workflow::find_server(*step.operation, *step.source, plan_.requests));
            }
        return {};
    }

    Result<void> check_variable(const std::string& name) const {
        std::set<std::string> known;
        bool is_known = false;
        for_each_step([&](const workflow::Step& step) {
            for (const auto& server : step.operation->servers)
                for (const auto& variable : server.variables) {
                    known.insert(variable.name);
                    is_known |=
                        name == variable.name || std::ranges::any_of(step.source->names, [&](const auto& source) {
                            return name == source + "." + variable.name;
                        });
                }
        });
        if (is_known) return {};
        return refuse(fmt::format("--server-variable: no server has a variable \"{}\"; there are: {}",
                                  workflow::shorten(name, 60), listed(known)));
    }

    void add_secret(const std::string& secret) {
        secrets_.add(secret);
        secrets_.add(workflow::base64(secret));  // as Basic sends it
    }

    Result<std::string> variable(const std::string& name, const std::string& what) const {
        auto value = environment_.find(name);
        if (!value) return refuse(what + ": the environment variable " + name + " is not set");
        return *value;
    }

    Result<void> read_secrets() {
        auto& credentials = plan_.requests.credentials;
        for (const auto& text : options_.auth) {
            const auto [scheme, name] = TRY(split(text, "--auth"));
            const auto secret = TRY(variable(name, "--auth " + scheme));
            add_secret(secret);
            credentials.by_scheme[scheme] = secret;
        }
        if (options_.token.empty()) return {};
        const auto token = text_or_file(options_.token);
        if (!token.ok()) return refuse("--token: " + token.error().detail);
        credentials.token = workflow::trim(token.value());
        add_secret(credentials.token);
        return {};
    }

    Result<void> read_clients() {
        auto& clients = plan_.requests.credentials.clients;
        for (const auto& text : options_.clients) {
            const auto [scheme, name] = TRY(split(text, "--client", "SCHEME=ENV_VAR"));
            TRY(check_scheme(scheme, "--client"));
            const auto value = TRY(variable(name, "--client " + scheme));
            const auto colon = value.find(':');
            if (colon == std::string::npos || colon == 0)
                return refuse("--client " + scheme + ": the environment variable " + name + " must hold ID:SECRET");
            auto& client = clients[scheme];
            client.id = value.substr(0, colon);
            client.secret = value.substr(colon + 1);
            add_secret(client.secret);
            add_secret(value);
            add_secret(workflow::form_encode(client.id) + ":" + workflow::form_encode(client.secret));
        }
        for (const auto& text : options_.token_urls) {
            const auto [scheme, url] = TRY(split(text, "--token-url", "SCHEME=URL"));
            if (!clients.contains(scheme)) return refuse("--token-url: there is no --client for \"" + scheme + "\"");
            if (!workflow::is_http_url(url)) return refuse("--token-url " + scheme + ": that is no http URL");
            clients[scheme].token_url = url;
        }
        for (const auto& text : options_.token_parameters) {
            const auto [name, value] = TRY(split(text, "--token-parameter", "SCHEME.NAME=VALUE"));
            const auto dot = name.rfind('.');
            const auto scheme = name.substr(0, dot);
            if (dot == std::string::npos || !clients.contains(scheme))
                return refuse("--token-parameter: there is no --client for \"" + scheme + "\"");
            clients[scheme].parameters[name.substr(dot + 1)] = value;
        }
        return {};
    }

    void read_client_options() {
        auto& client = plan_.client;
        client.call_timeout = std::chrono::milliseconds(std::max<std::int64_t>(
            1, static_cast<std::int64_t>(std::min(options_.request_timeout_seconds, 1e7) * 1000)));
        client.connect_timeout = std::min(client.connect_timeout, client.call_timeout);
        client.ca_file = options_.ca_file;
        client.user_agent = "partnerd/" + options_.version;
        client.proxies = proxies_;
        client.idle_connections_max = std::max<std::size_t>(client.idle_connections_max, options_.parallel);
    }

    // "FILE", or "SOURCE=FILE" where there is such a source: a path may have a '=' in it.
    void read_certificates(const std::vector<std::string>& texts, std::string http::ClientOptions::*member) {
        const auto known = source_names();
        auto& certified = plan_.requests.credentials.certified_sources;
        for (const auto& text : texts) {
            const auto equal = text.find('=');
            const auto source = equal == std::string::npos ? std::string() : text.substr(0, equal);
            if (known.contains(source)) {
                auto& client = plan_.clients_of_sources.try_emplace(source, plan_.client).first->second;
                client.*member = text.substr(equal + 1);
                certified.insert(source);
            } else {
                plan_.client.*member = text;
                certified.insert("");
            }
        }
    }

    const WorkflowOptions& options_;
    const Environment& environment_;
    const http::Proxies& proxies_;
    const Targets& targets_;
    workflow::Secrets& secrets_;
    RequestPlan plan_;
};

}  // namespace

Result<RequestPlan> plan_requests(const WorkflowOptions& options, const Environment& environment,
                                  const http::Proxies& proxies, const Targets& targets, workflow::Secrets& secrets) {
    return RequestPlanner(options, environment, proxies, targets, secrets).plan();
}
