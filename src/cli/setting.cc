// partnerd setting: what a reseller allows and asks for, and all below it unless they say otherwise.

#include "cli/program.h"
#include "engine/catalogue/catalogue.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, name, value;
};

std::string path_of(const Options& options) { return path({"resellers", options.reseller, "settings"}); }

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> set(Session& session, const Options& options) {
    session.output.show(TRY(session.api.patch(path_of(options), {{options.name, options.value}})));
    return {};
}

Result<void> unset(Session& session, const Options& options) {
    session.output.show(TRY(session.api.patch(path_of(options), {{options.name, nullptr}})));
    return {};
}

}  // namespace

void add_setting_commands(Program& program) {
    Command* group = program.add_group("setting", "Settings: what a reseller and those below it allow and ask for");
    const auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };
    add("show", "Show a reseller's own settings", "setting show 2", show);
    Command* set_command = add("set", "Change a setting", "setting set 2 countries BY,RU", set);
    add_choice(set_command, "NAME", options->name, setting::all(), "which one")->required();
    set_command->add_option("VALUE", options->value, "several with commas between them")->required();
    add_choice(add("unset", "Let the reseller above decide again", "setting unset 2 countries", unset), "NAME",
               options->name, setting::all(), "which one")
        ->required();
}

}  // namespace cli
