#include "cli/program.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "cli/health.h"
#include "cli/licenses.h"
#include "cli/workflow_runs.h"

namespace cli {

struct Program::Asked {
    Target target;
    bool is_json = false;
    bool is_wide = false;
};

int exit_code_of(const Error& error) {
    switch (error.reason) {
    case Reason::malformed: return exit_usage;
    case Reason::not_found:
    case Reason::gone: return exit_not_found;
    case Reason::limit_exceeded:
    case Reason::unavailable:
    case Reason::broken: return exit_unreachable;
    case Reason::unauthenticated:
    case Reason::forbidden:
    case Reason::invalid:
    case Reason::conflict:
    case Reason::idempotency_mismatch: return exit_refused;
    }
    return exit_refused;
}

namespace {

// "too_long" -> "It is too long.", for a rule that comes without a sentence.
std::string in_words(Rule broken) {
    std::string rule(to_string(broken));
    std::replace(rule.begin(), rule.end(), '_', ' ');
    return "It is " + rule + '.';
}

}  // namespace

int Program::report(const Error& error, bool as_json) {
    if (as_json) {
        json::array fields;
        for (const FieldError& field : error.fields)
            fields.push_back(
                json::object{{"field", field.field}, {"code", to_string(field.rule)}, {"detail", field.detail}});
        const json::object problem{{"detail", error.detail}, {"errors", fields}, {"exit_code", exit_code_of(error)}};
        surroundings_.err << to_text(problem) << '\n';
        return exit_code_of(error);
    }
    surroundings_.err << "partnerd: " << printable(error.detail) << '\n';
    for (const FieldError& field : error.fields) {
        if (field.detail.empty() && error.fields.size() == 1) continue;  // the sentence above is about it
        surroundings_.err << "  " << printable(field.field) << (field.field.empty() ? "" : ": ")
                          << printable(field.detail.empty() ? in_words(field.rule) : field.detail) << '\n';
    }
    return exit_code_of(error);
}

Command* Program::add_group(const std::string& name, const std::string& description) {
    Command* group = app_.add_subcommand(name, description);
    group->require_subcommand();
    return group;
}

Command* Program::add_own_command(Command* group, const std::string& name, const std::string& description,
                                  const std::string& example, std::function<int()> run) {
    Command* command = (group ? group : &app_)->add_subcommand(name, description);
    command->footer("Example: partnerd " + example);
    command->callback([this, run = std::move(run)] { exit_code_ = run(); });
    return command;
}

Command* Program::add_command(Command* group, const std::string& name, const std::string& description,
                              const std::string& example, Run run) {
    auto asked = std::make_shared<Asked>();
    Command* command = add_own_command(group, name, description, example, [=, this] { return this->run(*asked, run); });
    constexpr const char* where = "Where";
    command
        ->add_option("--server", asked->target.server,
                     std::string("the server's address; PARTNERD_SERVER, or ") + default_server)
        ->type_name("URL")
        ->group(where);
    command
        ->add_option("--token-file", asked->target.token_file, "a file with an operator's token; else PARTNERD_TOKEN")
        ->type_name("FILE")
        ->group(where);
    command->add_option("--ca-file", asked->target.ca_file, "certificates to trust beside the system's")
        ->type_name("PEM")
        ->group(where);
    command
        ->add_option("--database", asked->target.database,
                     "a database that no server has open, directly: no token is asked for")
        ->type_name("sqlite:FILE")
        ->group(where);
    command->add_flag("--json", asked->is_json, "JSON for programs; lists as one object on each line");
    if (name == "list" || name == "follow" || name == "count")
        command->add_flag("--wide", asked->is_wide, "all columns, however wide the terminal is");
    return command;
}

namespace {

// What answers may be no partnerd at all: then members are missing from what it says.
Result<void> run_safely(const Program::Run& run, Session& session) try {
    return run(session);
} catch (const std::exception& exception) {
    return Error{Reason::broken, std::string("This went wrong: ") + exception.what()};
}

// Connects when something is sent: what is wrong with a command line or a file is said before a token is asked for.
class LazyTransport final : public Transport {
public:
    using Connect = std::function<Result<std::unique_ptr<Transport>>()>;
    explicit LazyTransport(Connect connect) : connect_(std::move(connect)) {}

    Result<http::Response> send(http::Request request) override {
        if (!transport_) transport_ = TRY(connect_());
        return transport_->send(std::move(request));
    }

private:
    const Connect connect_;
    std::unique_ptr<Transport> transport_;
};

// COLUMNS, else the terminal's; 0: no limit.
std::size_t columns_of(const std::string& variable, std::size_t terminal_columns) {
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(variable.data(), variable.data() + variable.size(), columns);
    const bool is_number = error == std::errc() && end == variable.data() + variable.size() && columns > 0;
    return is_number ? columns : terminal_columns;
}

}  // namespace

int Program::run(const Asked& asked, const Run& run) {
    Target target = asked.target;
    const auto variable = [this](const char* name) {
        const char* value = surroundings_.find_variable(name);
        return std::string(value ? value : "");
    };
    if (target.server.empty() && target.database.empty()) target.server = variable("PARTNERD_SERVER");
    target.token = variable("PARTNERD_TOKEN");
    LazyTransport transport([&] { return surroundings_.connect(target); });
    Api api(transport);
    const bool has_colours = surroundings_.is_terminal && variable("NO_COLOR").empty();
    Output output(surroundings_.out, surroundings_.err,
                  {.is_json = asked.is_json,
                   .has_colours = has_colours,
                   .columns = asked.is_wide ? 0 : columns_of(variable("COLUMNS"), surroundings_.columns)});
    for (const std::string& note : notes_) output.note(note);
    Session session{api, output, target};
    const Result<void> result = run_safely(run, session);
    surroundings_.out.flush();
    return result.ok() ? session.exit_code : report(result.error(), asked.is_json);
}

void add_all_commands(Program& program) {
    for (auto add :
         {add_reseller_commands,  add_manager_commands,   add_account_type_commands, add_account_class_commands,
          add_attribute_commands, add_setting_commands,   add_balance_commands,      add_credential_commands,
          add_domain_commands,    add_promotion_commands, add_plan_commands,         add_account_commands,
          add_event_commands,     add_webhook_commands,   add_count_command,         add_clock_commands,
          add_fault_commands,     add_sandbox_commands,   add_import_command,        add_export_command,
          add_init_command,       add_key_commands,       add_completion_command,    add_licenses_command,
          add_health_command,     add_copy_command})
        add(program);
    add_stored_workflow_commands(program);
    add_workflow_run_commands(program);
}

int parse_and_run(Program& program, int argument_count, const char* const* arguments) {
    Command& app = program.app();
    if (const Command* group = find_bare_group(app, argument_count, arguments)) {
        program.surroundings().out << group->help();
        return exit_done;
    }
    const Result<void> parsed = app.parse(argument_count, arguments, program.surroundings().out);
    if (parsed.ok()) return program.exit_code();
    program.surroundings().err << "partnerd: " << explain(app, argument_count, arguments, parsed.error()) << '\n';
    return exit_usage;
}

}  // namespace cli
