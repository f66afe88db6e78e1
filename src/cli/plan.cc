// partnerd plan, partnerd right: what a reseller's SignalMind accounts are opened with, and whether it may have Premium
// ones.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, type;
    std::int64_t id = 0;
    std::optional<std::string> name, description;
    std::optional<std::int64_t> sites, pages, admins, sub_accounts;
    std::optional<std::int64_t> if_version;
    bool may_create_premium = false;
};

const std::vector<Column> columns = {{"TYPE", "type"},
                                     {"ID", "id"},
                                     {"NAME", "name"},
                                     {"SITES", "sites_limit", 1},
                                     {"PAGES", "pages_limit", 2},
                                     {"ADMINS", "admins_limit", 3},
                                     {"SUB-ACCOUNTS", "sub_accounts_limit", 4},
                                     {"VERSION", "version", 5}};

std::string path_of(const Options& options) {
    return path({"resellers", options.reseller, "plans", options.type, std::to_string(options.id)});
}

void put_limits(json::object& body, const Options& options) {
    if (options.description) body["description"] = *options.description;
    if (options.sites) body["sites_limit"] = *options.sites;
    if (options.pages) body["pages_limit"] = *options.pages;
    if (options.admins) body["admins_limit"] = *options.admins;
    if (options.sub_accounts) body["sub_accounts_limit"] = *options.sub_accounts;
}

Result<void> list(Session& session, const Options& options) {
    const json::value plans = TRY(session.api.get(path({"resellers", options.reseller, "plans"})));
    session.output.list(plans.at("plans").as_array(), columns);
    return {};
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> create(Session& session, const Options& options) {
    json::object body{{"type", options.type}, {"id", options.id}, {"name", options.name.value_or("")}};
    put_limits(body, options);
    session.output.show(TRY(session.api.post(path({"resellers", options.reseller, "plans"}), body)));
    return {};
}

Result<void> change(Session& session, const Options& options) {
    json::object body;
    if (options.name) body["name"] = *options.name;
    put_limits(body, options);
    session.output.show(TRY(session.api.patch(path_of(options), body, if_match(options.if_version))));
    return {};
}

Result<void> remove_plan(Session& session, const Options& options) {
    TRY(session.api.remove(path_of(options), if_match(options.if_version)));
    session.output.note("The plan is removed; accounts that have it keep it.");
    return {};
}

Result<void> show_rights(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path({"resellers", options.reseller, "rights"}))));
    return {};
}

Result<void> change_rights(Session& session, const Options& options) {
    const json::object body{{"may_create_premium", options.may_create_premium}};
    session.output.show(TRY(session.api.patch(path({"resellers", options.reseller, "rights"}), body, {})));
    return {};
}

void add_rights(Program& program, const std::shared_ptr<Options>& options) {
    Command* group = program.add_group("right", "Rights: what a reseller may do");
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };
    add("show", "Show what a reseller may do", "right show 6", show_rights);
    add("change", "Change what a reseller may do", "right change 6 --may-create-premium true", change_rights)
        ->add_option("--may-create-premium", options->may_create_premium, "true or false")
        ->required();
}

}  // namespace

void add_plan_commands(Program& program) {
    Command* group = program.add_group("plan", "Plans: what SignalMind accounts are opened with");
    auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* description, const char* example, RunWith<Options> run,
                         bool names_one = true) {
        Command* command = add_reseller_command(program, group, options, name, description, example, run);
        if (!names_one) return command;
        add_choice(command, "TYPE", options->type, account_type_words, "individual (Basic) or family (Premium)")
            ->required();
        command->add_option("ID", options->id, "the plan's, among those of the type")->required()->check_positive();
        return command;
    };
    const auto add_limits = [&](Command* command) {
        command->add_option("--description", options->description, "for people");
        command->add_option("--sites", options->sites, "at most so many; -1: any number")->type_name("N");
        command->add_option("--pages", options->pages, "at most so many; -1: any number")->type_name("N");
        command->add_option("--admins", options->admins, "at most so many; -1: any number")->type_name("N");
        command->add_option("--sub-accounts", options->sub_accounts, "at most so many; -1: any number")->type_name("N");
    };

    add("list", "List a reseller's plans", "plan list 6", list, false);
    add("show", "Show a plan", "plan show 6 family 2", show);
    Command* add_command = add("add", "Offer a plan", "plan add 6 family 3 --name Studio --sub-accounts 50", create);
    add_command->add_option("--name", options->name, "for people")->required();
    add_limits(add_command);
    Command* change_command = add("change", "Change a plan", "plan change 6 family 3 --sub-accounts 100", change);
    change_command->add_option("--name", options->name, "for people");
    add_limits(change_command);
    add_version(change_command, options->if_version);
    add_version(add("remove", "Offer a plan no more", "plan remove 6 family 3", remove_plan), options->if_version);
    add_rights(program, options);
}

}  // namespace cli
