// partnerd reseller: the tree of resellers and their settings.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string id, name;
    std::optional<std::int64_t> new_id, parent, grace_seconds, if_version;
    std::optional<std::string> parent_filter, utc_offset, end_action, new_name;
    std::int64_t limit = 100;
};

const std::vector<Column> columns = {{"ID", "id"},
                                     {"PARENT", "parent_id"},
                                     {"NAME", "name"},
                                     {"OFFSET", "utc_offset", 3},
                                     {"AT THE END", "end_action", 2},
                                     {"GRACE (S)", "grace_seconds", 1},
                                     {"CREATED", "created_at", 4}};

json::object settings_of(const Options& options) {
    json::object body;
    if (options.utc_offset) body["utc_offset"] = *options.utc_offset;
    if (options.end_action) body["end_action"] = *options.end_action;
    if (options.grace_seconds) body["grace_seconds"] = *options.grace_seconds;
    return body;
}

Result<void> list(Session& session, const Options& options) {
    const Query query = Query().add_if("parent", options.parent_filter);
    return session.output.list(session.api, path({"resellers"}), query, "resellers", columns, options.limit);
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path({"resellers", options.id}))));
    return {};
}

Result<void> create(Session& session, const Options& options) {
    json::object body = settings_of(options);
    body["name"] = options.name;
    if (options.new_id) body["id"] = *options.new_id;
    if (options.parent) body["parent_id"] = *options.parent;
    session.output.show(TRY(session.api.post(path({"resellers"}), body)));
    return {};
}

Result<void> change(Session& session, const Options& options) {
    json::object body = settings_of(options);
    if (options.new_name) body["name"] = *options.new_name;
    session.output.show(TRY(session.api.patch(path({"resellers", options.id}), body, if_match(options.if_version))));
    return {};
}

Result<void> remove_reseller(Session& session, const Options& options) {
    TRY(session.api.remove(path({"resellers", options.id}), if_match(options.if_version)));
    session.output.note("The reseller is removed, with its credentials, promotions and settings.");
    return {};
}

void add_settings(Command* command, Options& options) {
    command->add_option("--utc-offset", options.utc_offset, "of its local time, where an API shows it")
        ->type_name("+HH:MM");
    add_choice(command, "--end-action", options.end_action, {"close", "stay_frozen"},
               "what follows the grace after an account's end");
    command->add_option("--grace-seconds", options.grace_seconds, "between the end and the end action (2592000)")
        ->type_name("N");
}

}  // namespace

void add_reseller_commands(Program& program) {
    Command* group = program.add_group("reseller", "Resellers: the tree, and their settings");
    auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* description, const char* example,
                         Result<void> (*run)(Session&, const Options&)) {
        return program.add_command(group, name, description, example,
                                   [=](Session& session) { return run(session, *options); });
    };

    Command* list_command = add("list", "List resellers", "reseller list --parent 1", list);
    list_command->add_option("--parent", options->parent_filter, "those directly below it")->type_name("ID");
    add_limit(list_command, options->limit);

    add("show", "Show a reseller", "reseller show 2", show)
        ->add_option("ID", options->id, "the reseller's")
        ->required();

    Command* create_command = add("create", "Add a reseller", "reseller create 'Northwind Telecom' --parent 1", create);
    create_command->add_option("NAME", options->name, "for people")->required();
    create_command->add_option("--id", options->new_id, "which id it gets; else the server chooses")->type_name("N");
    create_command->add_option("--parent", options->parent, "above it; else the caller's own reseller")
        ->type_name("ID");
    add_settings(create_command, *options);

    Command* change_command =
        add("change", "Change a reseller's settings", "reseller change 2 --grace-seconds 0 --if-version 3", change);
    change_command->add_option("ID", options->id, "the reseller's")->required();
    change_command->add_option("--name", options->new_name, "for people");
    add_settings(change_command, *options);
    add_version(change_command, options->if_version);

    Command* remove_command =
        add("remove", "Remove a reseller in which nothing is any more", "reseller remove 8", remove_reseller);
    remove_command->add_option("ID", options->id, "the reseller's")->required();
    add_version(remove_command, options->if_version);
}

}  // namespace cli
