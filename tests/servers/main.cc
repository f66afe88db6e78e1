// Several servers on one database, through all that happens to them: see scenarios.h. Used by tests/servers/run,
// tests/failover/run and as tests.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "tests/servers/scenarios.h"

namespace {

std::filesystem::path make_folder() {
    std::string path = (std::filesystem::temp_directory_path() / "partnerd-servers-XXXXXX").string();
    if (!mkdtemp(path.data())) throw std::runtime_error("cannot make a folder for the logs");
    return path;
}

int run(bool (*scenario)(const Options&), Options options) {
    options.folder = make_folder();
    std::printf("seed %llu, %d rounds\n", static_cast<unsigned long long>(options.seed), options.rounds);
    bool is_good = false;
    try {
        is_good = scenario(options);
    } catch (const std::exception& exception) {
        std::printf("FAILED %s\n", exception.what());
    }
    if (is_good)
        std::filesystem::remove_all(options.folder);
    else
        std::fprintf(stderr, "the servers' logs are left in %s\n", options.folder.c_str());
    return is_good ? 0 : 1;
}

}  // namespace

int main(int argument_count, char** arguments) {
    CLI::App app("Does to several servers on one database what may happen to them, and looks for what was lost");
    Options options;
    options.seed = std::random_device{}();
    bool (*scenario)(const Options&) = nullptr;
    const auto add = [&](const char* name, const char* description, bool (*runs)(const Options&)) {
        app.add_subcommand(name, description)->fallthrough()->callback([&scenario, runs] { scenario = runs; });
    };
    add("failover", "promotes a synchronous standby in each round", run_failover);
    add("kills", "kills one of two servers in each round, or both", run_kills);
    add("conflicts", "asks two servers for what only one can have, in each round", run_conflicts);
    app.require_subcommand(1);
    app.add_option("--server", options.program, "the partnerd to start")->required()->check(CLI::ExistingFile);
    app.add_option("--rounds", options.rounds)->check(CLI::PositiveNumber);
    app.add_option("--clients", options.clients)->check(CLI::PositiveNumber);
    app.add_option("--seed", options.seed, "of what is done; when it happens is up to the machine");
    CLI11_PARSE(app, argument_count, arguments);
    return run(scenario, options);
}
