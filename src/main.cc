// The partnerd binary: puts the command line together and hands over to one command.

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/backup.h"
#include "cli/check.h"
#include "cli/migrate.h"
#include "cli/program.h"
#include "cli/workflow.h"
#include "command_line/command.h"
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
    const EnvironmentSettings environment = read_environment(environ);
    for (const std::string& warning : environment.warnings) std::fprintf(stderr, "partnerd: %s\n", warning.c_str());
    return make_config({file, environment.settings, flags});
}

void add_settings(cli::Command& command, Settings& flags) {
    for (const Setting& setting : all_settings()) {
        const std::string key(setting.key);
        if (!setting.flag.empty()) {
            command
                .add_list_function(
                    flag_of(setting.flag),
                    [&flags, key](const std::vector<std::string>& entries) {
                        for (const std::string& entry : entries) add_entry(flags, key, entry);
                    },
                    setting.help)
                ->type_name(setting.value);
        } else if (setting.value.empty()) {
            command.add_flag_callback(
                flag_of(key), [&flags, key] { flags[key] = "true"; }, setting.help);
        } else {
            command
                .add_option_function(
                    flag_of(key), [&flags, key](const std::string& text) { flags[key] = text; }, setting.help)
                ->type_name(setting.value);
        }
    }
}

int run_serve(const Settings& flags, const std::string& toml_path) {
    const auto config = read_config(flags, toml_path);
    return config.ok() ? serve(config.value(), [&] { return read_config(flags, toml_path); }) : refuse(config.error());
}

int run_check(const Settings& flags, const std::string& toml_path) {
    const auto config = read_config(flags, toml_path);
    return config.ok() ? check_database(config.value().database_path) : refuse(config.error());
}

void add_serve_command(cli::Program& program) {
    struct Options {
        Settings flags;
        std::string toml_path;
    };
    auto options = std::make_shared<Options>();
    cli::Command* command =
        program.add_own_command(nullptr, "serve", "Answer requests until told to stop", "",
                                [options] { return run_serve(options->flags, options->toml_path); });
    add_settings(*command, options->flags);
    command->add_option("--config", options->toml_path, "a TOML file of settings")->type_name("FILE");
    command->footer(
        "Each setting can also be given as an environment variable (--body-limit as PARTNERD_BODY_LIMIT) or in the\n"
        "TOML file (body_limit = 65536). Flags win over the environment, the environment over the file.\n\n"
        "Example: partnerd serve --sandbox --listen 127.0.0.1:8080");
}

void add_check_command(cli::Program& program) {
    auto flags = std::make_shared<Settings>();
    program
        .add_own_command(nullptr, "check", "Verify a database and what must hold of the accounts in it",
                         "check --database sqlite:partnerd.db", [flags] { return run_check(*flags, ""); })
        ->add_option_function(
            "--database", [flags](const std::string& text) { (*flags)["database"] = text; },
            "the database to look at (sqlite:partnerd.db)")
        ->type_name("sqlite:FILE");
}

// Without a flag, the database that the server would have.
int run_backup(const std::string& database, const std::string& folder) {
    if (!database.empty()) return back_up_database(database, folder);
    const auto config = read_config({}, "");
    return config.ok() ? back_up_database(config.value().database_setting(), folder) : refuse(config.error());
}

cli::Option* add_database_option(cli::Command* command, std::string& database, const char* help) {
    return command->add_option("--database", database, help)->type_name("sqlite:FILE");
}

void add_backup_commands(cli::Program& program) {
    struct Options {
        std::string database, folder, at;
    };
    auto backup = std::make_shared<Options>();
    cli::Command* command =
        program.add_own_command(nullptr, "backup", "Copy a database, beside its server, and check the copy",
                                "backup --to /var/backups/partnerd --database sqlite:partnerd.db",
                                [backup] { return run_backup(backup->database, backup->folder); });
    command->add_option("--to", backup->folder, "the folder of copies; made where it is not there")
        ->type_name("DIR")
        ->required();
    add_database_option(command, backup->database, "the database to copy (sqlite:partnerd.db)");

    auto restore = std::make_shared<Options>();
    command = program.add_own_command(
        nullptr, "restore", "Make a database of a backup, or of a server's archive as of any moment",
        "restore --from /var/backups/partnerd --at 2026-11-30T09:00:00Z --database sqlite:again.db",
        [restore] { return restore_database(restore->folder, restore->at, restore->database); });
    command->add_option("--from", restore->folder, "the folder that backup --to or serve --archive has written")
        ->type_name("DIR")
        ->required();
    command->add_option("--at", restore->at, "with all that was committed by then; else with all there is")
        ->type_name("TIME");
    add_database_option(command, restore->database, "the file to make, which is not there yet")->required();
}

void add_migrate_command(cli::Program& program) {
    struct Options {
        Settings flags;
        bool only_plan = false;
    };
    auto options = std::make_shared<Options>();
    cli::Command* command = program.add_own_command(
        nullptr, "migrate", "Bring a database's tables to what this program knows",
        "migrate --plan --database sqlite:partnerd.db", [options] {
            const auto config = read_config(options->flags, "");
            return config.ok() ? run_migration(config.value(), options->only_plan) : refuse(config.error());
        });
    command->add_flag("--plan", options->only_plan, "say what would be done, and do nothing");
    command
        ->add_option_function(
            "--database", [options](const std::string& text) { options->flags["database"] = text; },
            "the database (sqlite:partnerd.db)")
        ->type_name("sqlite:FILE");
}

// 0: it is no terminal.
std::size_t terminal_columns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

int main(int argument_count, char** arguments) {
    cli::Command app(
        "partnerd: the server through which partners open, read, re-date, hold and close customer accounts",
        "partnerd");
    app.require_subcommand();
    app.set_version_flag("--version", "partnerd " PARTNERD_VERSION);
    app.footer(
        "Exit codes: 0 done; 1 refused, or rows of a file were; 2 the command line, or a file that it names, makes no "
        "sense; 3 nobody answers, or cannot now; 4 no such thing.");
    cli::Program program(app, {.out = std::cout,
                               .err = std::cerr,
                               .is_terminal = isatty(STDOUT_FILENO) == 1,
                               .err_is_terminal = isatty(STDERR_FILENO) == 1,
                               .columns = terminal_columns(),
                               .find_variable = [](const char* name) -> const char* { return std::getenv(name); },
                               .connect = cli::connect});
    add_serve_command(program);
    add_check_command(program);
    add_backup_commands(program);
    add_migrate_command(program);
    cli::add_all_commands(program);
    add_workflow_command(app, program.exit_code(), PARTNERD_VERSION);
    return cli::parse_and_run(program, argument_count, arguments);
}
