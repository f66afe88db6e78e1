// The partnerd binary: reads the command line, hands over to one command.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "cli/check.h"
#include "cli/workflow.h"
#include "server/config.h"
#include "server/serve.h"

namespace {

constexpr int exit_bad_setting = 2;

int refuse(const Error& error) {
    std::fprintf(stderr, "partnerd: %s\n", error.detail.c_str());
    return exit_bad_setting;
}

std::string flag_of(std::string_view key) {
    std::string flag = "--" + std::string(key);
    for (char& character : flag) character = character == '_' ? '-' : character;
    return flag;
}

// Flags over environment over a TOML file.
Result<Config> read_config(const Settings& flags, std::string toml_path) {
    if (toml_path.empty())
        if (const char* path = std::getenv("PARTNERD_CONFIG")) toml_path = path;
    Settings file;
    if (!toml_path.empty()) file = TRY(read_toml(toml_path));
    const Settings environment = TRY(read_environment(environ));
    return make_config({file, environment, flags});
}

void add_settings(CLI::App& command, Settings& flags) {
    for (const Setting& setting : all_settings()) {
        const std::string key(setting.key);
        if (setting.value.empty()) {
            command.add_flag_callback(
                flag_of(key), [&flags, key] { flags[key] = "true"; }, std::string(setting.help));
        } else {
            command
                .add_option_function<std::string>(
                    flag_of(key), [&flags, key](const std::string& text) { flags[key] = text; },
                    std::string(setting.help))
                ->type_name(std::string(setting.value));
        }
    }
}

int run_serve(const Settings& flags, const std::string& toml_path) {
    const auto config = read_config(flags, toml_path);
    return config.ok() ? serve(config.value()) : refuse(config.error());
}

int run_check(const Settings& flags, const std::string& toml_path) {
    const auto config = read_config(flags, toml_path);
    return config.ok() ? check_database(config.value().database_path) : refuse(config.error());
}

}  // namespace

int main(int argument_count, char** arguments) {
    CLI::App app("partnerd: the server through which partners open, read, re-date, hold and close customer accounts");
    app.require_subcommand(1);
    app.set_version_flag("--version", "partnerd " PARTNERD_VERSION);
    int exit_code = 0;
    Settings flags;
    std::string toml_path;

    CLI::App* serve_command = app.add_subcommand("serve", "Answer requests until told to stop");
    add_settings(*serve_command, flags);
    serve_command->add_option("--config", toml_path, "a TOML file of settings")->type_name("FILE");
    serve_command->footer(
        "Each setting can also be given as an environment variable (--body-limit as PARTNERD_BODY_LIMIT) or in the\n"
        "TOML file (body_limit = 65536). Flags win over the environment, the environment over the file.\n\n"
        "Example: partnerd serve --sandbox --listen 127.0.0.1:8080");
    serve_command->callback([&] { exit_code = run_serve(flags, toml_path); });

    CLI::App* check_command = app.add_subcommand("check", "Verify a database and what must hold of the accounts in it");
    check_command
        ->add_option_function<std::string>(
            "--database", [&](const std::string& text) { flags["database"] = text; },
            "the database to look at (sqlite:partnerd.db)")
        ->type_name("sqlite:FILE");
    check_command->footer("Example: partnerd check --database sqlite:partnerd.db");
    check_command->callback([&] { exit_code = run_check(flags, toml_path); });

    add_workflow_command(app, exit_code, PARTNERD_VERSION);

    try {
        app.parse(argument_count, arguments);
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "partnerd: %s\n", error.what());
        return exit_bad_setting;
    }
    return exit_code;
}
