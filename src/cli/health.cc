#include "cli/health.h"

#include <chrono>
#include <memory>
#include <string>

#include "cli/transport.h"
#include "http/client.h"

namespace cli {
namespace {

struct Options {
    std::string server;
    std::string ca_file;
};

int ask(Program& program, const Options& options) {
    std::string said = options.server;
    if (const char* variable = program.surroundings().find_variable("PARTNERD_SERVER"); said.empty() && variable)
        said = variable;
    const Result<std::string> server = choose_server(said);
    if (!server.ok()) return program.report(server.error());
    // Whoever asks for health asks again soon.
    http::Client client({.connect_timeout = std::chrono::seconds(3),
                         .call_timeout = std::chrono::seconds(5),
                         .ca_file = options.ca_file,
                         .user_agent = "partnerd-cli"});
    http::Request request;
    request.method = http::Method::get;
    request.method_name = "GET";
    request.target = "/readyz";
    const std::string url = server.value() + request.target;
    const http::Outcome outcome = client.send(url, std::move(request));
    if (!outcome.ok()) return program.report({Reason::unavailable, outcome.error().detail});
    if (outcome.response().status != 200)
        return program.report({Reason::unavailable, "The server is not ready: " + outcome.response().body});
    program.surroundings().out << outcome.response().body << '\n';
    return exit_done;
}

}  // namespace

void add_health_command(Program& program) {
    auto options = std::make_shared<Options>();
    Command* command = program.add_own_command(nullptr, "health", "Ask a server whether it can do its work",
                                               "health --server http://127.0.0.1:9464", [&program, options] {
                                                   try {
                                                       return ask(program, *options);
                                                   } catch (const std::runtime_error& error) {
                                                       return program.report({Reason::malformed, error.what()});
                                                   }
                                               });
    command
        ->add_option("--server", options->server,
                     std::string("its address, or its operations listener's; PARTNERD_SERVER, or ") + default_server)
        ->type_name("URL");
    command->add_option("--ca-file", options->ca_file, "certificates to trust beside the system's")->type_name("PEM");
}

}  // namespace cli
