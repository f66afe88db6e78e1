// partnerd fault: faults that befall a credential's requests in a sandbox, so that retries can be tested.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, credential, kind;
    std::optional<std::int64_t> delay_ms, next;
    std::optional<double> rate;
    bool has_effect = false;
};

std::string path_of(const Options& options) {
    return path({"sandbox", "resellers", options.reseller, "credentials", options.credential, "fault"});
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> set(Session& session, const Options& options) {
    json::object body{{"kind", options.kind}, {"has_effect", options.has_effect}};
    if (options.delay_ms) body["delay_ms"] = *options.delay_ms;
    if (options.next) body["next"] = *options.next;
    if (options.rate) body["rate"] = *options.rate;
    session.output.show(TRY(session.api.put(path_of(options), body)));
    return {};
}

Result<void> clear(Session& session, const Options& options) {
    TRY(session.api.remove(path_of(options)));
    session.output.note("Its requests are answered as usual.");
    return {};
}

}  // namespace

void add_fault_commands(Program& program) {
    CLI::App* group = program.add_group("fault", "Faults that befall a credential's requests, in a sandbox");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) {
        CLI::App* command = add_reseller_command(program, group, options, words...);
        command->add_option("CREDENTIAL", options->credential, "its id")->required();
        return command;
    };
    add("show", "Show the fault of a credential", "fault show 2 1024", show);
    CLI::App* set_command = add("set", "Let requests go wrong", "fault set 2 1024 503 --next 3", set);
    add_choice(set_command, "KIND", options->kind, {"delay", "429", "500", "503", "drop"}, "what becomes of the answer")
        ->required();
    set_command->add_option("--delay-ms", options->delay_ms, "how much later it comes")->type_name("N");
    set_command->add_option("--rate", options->rate, "of the requests, by chance (1)")->type_name("0..1");
    set_command->add_option("--next", options->next, "so many requests, then no more")->type_name("N");
    set_command->add_flag("--has-effect", options->has_effect, "the request is carried out, its answer goes wrong");
    add("clear", "Let requests be answered as usual", "fault clear 2 1024", clear);
}

}  // namespace cli
