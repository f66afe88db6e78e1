#include "cli/transport.h"

#include <fstream>
#include <future>

#include "dialect/admin/admin.h"
#include "dialect/sandbox/sandbox.h"
#include "engine/access/authenticate.h"
#include "engine/resellers/add_reseller.h"
#include "http/client.h"
#include "http/url.h"
#include "server/config.h"
#include "server/open.h"
#include "server/sandbox.h"
#include "service/service.h"

namespace cli {
namespace {

class HttpTransport final : public Transport {
public:
    HttpTransport(std::string base_url, std::string token, const std::string& ca_file)
        : base_url_(std::move(base_url)), token_(std::move(token)), client_(options(ca_file)) {}

    Result<http::Response> send(http::Request request) override {
        request.headers.set("Authorization", "Bearer " + token_);
        const std::string url = base_url_ + request.target;
        http::Outcome outcome = client_.send(url, std::move(request));
        if (!outcome.ok()) return Error{Reason::unavailable, outcome.error().detail};
        return std::move(outcome).response();
    }

private:
    // Moving a clock over many accounts, say, takes its time.
    static http::ClientOptions options(const std::string& ca_file) {
        return {.call_timeout = std::chrono::minutes(10), .ca_file = ca_file, .user_agent = "partnerd-cli"};
    }

    const std::string base_url_;
    const std::string token_;
    http::Client client_;
};

// The server's own service, without its sockets. Whoever may open the file may do anything with it, so nobody is asked
// for a credential.
class DirectTransport final : public Transport {
public:
    explicit DirectTransport(OpenDatabase opened)
        : opened_(std::move(opened)), sandbox_(seed_sandbox), service_(*opened_.database, *opened_.world, options()) {}

    // The database ends first: what still waits in it calls back into the service.
    ~DirectTransport() override { opened_.database.reset(); }

    Result<http::Response> send(http::Request request) override {
        const Caller caller = TRY(read_operator());
        std::promise<http::Response> answered;
        auto response = answered.get_future();
        service_.serve_from_inside([&](CredentialKind) { return caller; }, std::move(request),
                                   [&](http::Response answer) { answered.set_value(std::move(answer)); });
        return response.get();
    }

private:
    service::ServiceOptions options() {
        service::ServiceOptions options;
        if (opened_.mode == Mode::sandbox) options.dialects.push_back(&sandbox_.dialect());
        options.dialects.push_back(&admin::dialect);
        return options;
    }

    // Anew for each request: the last one may have changed how far it reaches.
    Result<Caller> read_operator() try {
        Result<Caller> caller = Error{Reason::broken, "not read"};
        db::read_and_wait(*opened_.database, [&](db::Tx& tx) { caller = act_as_operator(tx, operator_reseller_id); });
        return caller;
    } catch (const std::exception&) {
        return service::to_error(std::current_exception());
    }

    OpenDatabase opened_;
    sandbox::Sandbox sandbox_;
    service::Service service_;
};

Result<std::string> read_token(const Target& target) {
    if (target.token_file.empty()) return target.token;
    std::ifstream file(target.token_file);
    std::string token;
    if (!std::getline(file, token)) return Error{Reason::malformed, target.token_file + " cannot be read."};
    while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
    return token;
}

Result<std::unique_ptr<Transport>> connect_to_server(const Target& target) {
    std::string server = TRY(choose_server(target.server));
    std::string token = TRY(read_token(target));
    if (token.empty())
        return Error{Reason::malformed,
                     "An operator's token is needed: in PARTNERD_TOKEN, or in a file named by "
                     "--token-file. (Or name a database that no server has open: --database.)"};
    return std::make_unique<HttpTransport>(std::move(server), std::move(token), target.ca_file);
}

Result<std::unique_ptr<Transport>> open_directly(const Target& target) {
    const Config config = TRY(make_config({{{"database", target.database}}}));
    return std::make_unique<DirectTransport>(TRY(open_existing_database(config.database_path)));
}

}  // namespace

Result<std::string> choose_server(const std::string& said) {
    std::string server = said.empty() ? default_server : said;
    while (server.ends_with('/')) server.pop_back();
    if (!http::parse_url(server))
        return Error{Reason::malformed, "--server wants an address like https://partnerd.example.com."};
    return server;
}

Result<std::unique_ptr<Transport>> connect(const Target& target) try {
    if (target.database.empty()) return connect_to_server(target);
    if (!target.server.empty()) return Error{Reason::malformed, "Either --server or --database, not both."};
    return open_directly(target);
} catch (const std::runtime_error& error) {
    return Error{Reason::unavailable, error.what()};
}

}  // namespace cli
