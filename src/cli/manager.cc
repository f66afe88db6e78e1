// partnerd manager: people who work for a reseller, and their tokens.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, id, name, email, role = "sales";
    std::optional<std::int64_t> new_id, if_version;
    std::optional<std::string> new_name, new_email, new_role, status, phone;
};

const std::vector<Column> columns = {
    {"ID", "id"},         {"NAME", "name"},      {"E-MAIL", "email"},      {"ROLE", "role"},
    {"STATUS", "status"}, {"PHONE", "phone", 1}, {"VERSION", "version", 2}};

const std::vector<std::string> roles = {"sales", "marketing", "owner", "admin"};

std::string path_of(const Options& options) { return path({"resellers", options.reseller, "managers", options.id}); }

void put(json::object& body, const char* name, const std::optional<std::string>& value) {
    if (value) body[name] = *value;
}

Result<void> list(Session& session, const Options& options) {
    const json::value managers = TRY(session.api.get(path({"resellers", options.reseller, "managers"})));
    session.output.list(managers.at("managers").as_array(), columns);
    return {};
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> create(Session& session, const Options& options) {
    json::object body{{"name", options.name}, {"email", options.email}, {"role", options.role}};
    put(body, "status", options.status);
    put(body, "phone", options.phone);
    if (options.new_id) body["id"] = *options.new_id;
    session.output.show(TRY(session.api.post(path({"resellers", options.reseller, "managers"}), body)));
    return {};
}

Result<void> change(Session& session, const Options& options) {
    json::object body;
    put(body, "name", options.new_name);
    put(body, "email", options.new_email);
    put(body, "role", options.new_role);
    put(body, "status", options.status);
    put(body, "phone", options.phone);
    session.output.show(TRY(session.api.patch(path_of(options), body, if_match(options.if_version))));
    return {};
}

Result<void> remove_manager(Session& session, const Options& options) {
    TRY(session.api.remove(path_of(options), if_match(options.if_version)));
    session.output.note("The manager is removed; the tokens have stopped.");
    return {};
}

Result<void> make_token(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path_of(options) + "/token")));
    session.output.note("Keep the secret now: it is shown this once. The manager's other tokens have stopped.");
    return {};
}

}  // namespace

void add_manager_commands(Program& program) {
    Command* group = program.add_group("manager", "Managers: people who work for a reseller, and their tokens");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };
    const auto add_contact = [&](Command* command) {
        add_choice(command, "--status", options->status, {"active", "inactive"}, "whether the token works");
        command->add_option("--phone", options->phone, "with a country code: +375 29 000 00 00");
    };

    add("list", "List a reseller's managers", "manager list 1", list);
    add("show", "Show a manager", "manager show 1 188", show)
        ->add_option("ID", options->id, "the manager's")
        ->required();

    Command* create_command =
        add("create", "Add a manager", "manager create 1 'Alena R' --email alena@example.com --role sales", create);
    create_command->add_option("NAME", options->name, "as it is written")->required();
    create_command->add_option("--email", options->email, "the login")->required();
    add_choice(create_command, "--role", options->role, roles, "(sales)");
    create_command->add_option("--id", options->new_id, "which id the manager gets; else the server chooses")
        ->type_name("N");
    add_contact(create_command);

    Command* change_command =
        add("change", "Change a manager", "manager change 1 188 --status inactive --if-version 2", change);
    change_command->add_option("ID", options->id, "the manager's")->required();
    change_command->add_option("--name", options->new_name, "as it is written");
    change_command->add_option("--email", options->new_email, "the login");
    add_choice(change_command, "--role", options->new_role, roles, "what the manager may do");
    add_contact(change_command);
    add_version(change_command, options->if_version);

    Command* remove_command =
        add("remove", "Remove a manager whom no account has", "manager remove 1 188", remove_manager);
    remove_command->add_option("ID", options->id, "the manager's")->required();
    add_version(remove_command, options->if_version);

    add("token", "Make a manager's token; its secret is shown once, others stop", "manager token 1 188", make_token)
        ->add_option("ID", options->id, "the manager's")
        ->required();
}

}  // namespace cli
