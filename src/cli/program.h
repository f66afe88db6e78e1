// Program: the command line, put together from groups ("account") and commands ("account list"), one file for each
// group. A command against the operator API is a function of a Session: program.cc gives it --server, --token-file,
// --database and --json, connects, and turns what it returns into words and an exit code.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include "cli/api.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/transport.h"
#include "command_line/command.h"
#include "core/result.h"

namespace cli {

// Of every command; `workflow` and `check` give 0, 1 and 2 the same meaning.
enum ExitCode {
    exit_done = 0,
    exit_refused = 1,      // the server says no, and asking again would not help
    exit_usage = 2,        // the command line, or a file that it names, makes no sense: nothing was begun
    exit_unreachable = 3,  // nobody answers, or cannot now: try again
    exit_not_found = 4,    // no such thing, or not within reach
};

int exit_code_of(const Error&);

// What a command finds around it; a test's own in tests.
struct Surroundings {
    std::ostream& out;
    std::ostream& err;
    bool is_terminal = false;      // out
    bool err_is_terminal = false;  // err
    std::size_t columns = 0;       // of the terminal; 0: there is none
    std::function<const char*(const char* name)> find_variable;
    std::function<Result<std::unique_ptr<Transport>>(const Target&)> connect;
};

struct Session {
    Api& api;
    Output& output;
    const Target& target;
    int exit_code = exit_done;  // of a command that has done what it could
};

class Program {
public:
    Program(Command& app, Surroundings surroundings) : app_(app), surroundings_(std::move(surroundings)) {}
    Program(const Program&) = delete;

    Command* add_group(const std::string& name, const std::string& description);

    // A command against the operator API. example: arguments of partnerd, as in --help.
    using Run = std::function<Result<void>(Session&)>;
    Command* add_command(Command* group, const std::string& name, const std::string& description,
                         const std::string& example, Run run);

    // A command of its own kind, which returns its exit code.
    Command* add_own_command(Command* group, const std::string& name, const std::string& description,
                             const std::string& example, std::function<int()> run);

    Command& app() { return app_; }
    Surroundings& surroundings() { return surroundings_; }
    int& exit_code() { return exit_code_; }

    // Said on stderr before the command runs; not a word where a program reads along.
    void remember_note(std::string sentence) { notes_.push_back(std::move(sentence)); }

    // Says it on stderr. Returns the exit code.
    int report(const Error&, bool as_json = false);

private:
    struct Asked;  // what every command may be told
    int run(const Asked&, const Run&);

    Command& app_;
    Surroundings surroundings_;
    int exit_code_ = exit_done;
    std::vector<std::string> notes_;
};

// A command with options of its group, of which the first is a reseller.
template <class Options>
using RunWith = Result<void> (*)(Session&, const Options&);

template <class Options>
Command* add_reseller_command(Program& program, Command* group, const std::shared_ptr<Options>& options,
                              const char* name, const char* description, const char* example,
                              std::type_identity_t<RunWith<Options>> run) {
    Command* command = program.add_command(group, name, description, example,
                                           [options, run](Session& session) { return run(session, *options); });
    command->add_option("RESELLER", options->reseller, "the reseller's id")->required();
    return command;
}

// The commands over the operator API, one function and file for each group.
void add_reseller_commands(Program&);
void add_manager_commands(Program&);
void add_account_type_commands(Program&);
void add_account_class_commands(Program&);
void add_attribute_commands(Program&);
void add_setting_commands(Program&);
void add_balance_commands(Program&);
void add_credential_commands(Program&);
void add_domain_commands(Program&);
void add_promotion_commands(Program&);
void add_plan_commands(Program&);
void add_account_commands(Program&);
void add_event_commands(Program&);
void add_webhook_commands(Program&);
void add_count_command(Program&);
void add_clock_commands(Program&);
void add_fault_commands(Program&);
void add_sandbox_commands(Program&);
void add_import_command(Program&);
void add_export_command(Program&);
void add_init_command(Program&);
void add_key_commands(Program&);
void add_completion_command(Program&);
void add_copy_command(Program&);

// All of these.
void add_all_commands(Program&);

// Runs the line, as main does. The program's own commands have been added.
int parse_and_run(Program&, int argument_count, const char* const* arguments);

}  // namespace cli
