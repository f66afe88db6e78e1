// The HTTP server with nothing behind it: what the unit "null request" of the benchmarks costs.
// null_server PORT [THREADS]

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "http/server.h"

int main(int argc, char** argv) {
    http::ServerOptions options;
    options.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
    options.threads = argc > 2 ? std::atoi(argv[2]) : 1;
    options.report = [](std::string_view sentence) {
        std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
    };
    const std::string body(200, 'x');
    http::Server server(options, [&](http::Request, http::Reply reply) {
        reply({.status = 200, .content_type = "application/json", .body = body});
    });
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    server.start();
    std::printf("listening on port %u\n", server.port());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return server.drain(std::chrono::seconds(5)) ? 0 : 1;
}
