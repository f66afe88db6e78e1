// partnerd fault: faults that befall a credential's requests in a sandbox, or the deliveries to a webhook endpoint, so
// that retries can be tested.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, id, kind;
    std::optional<std::int64_t> delay_ms, next;
    std::optional<double> rate;
    bool has_effect = false, is_webhook = false;
};

std::string path_of(const Options& options) {
    const char* kind = options.is_webhook ? "webhook-endpoints" : "credentials";
    return path({"sandbox", "resellers", options.reseller, kind, options.id, "fault"});
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
    session.output.note(options.is_webhook ? "Its deliveries are made as usual."
                                           : "Its requests are answered as usual.");
    return {};
}

}  // namespace

void add_fault_commands(Program& program) {
    Command* group = program.add_group(
        "fault", "Faults that befall a credential's requests or a webhook's deliveries, in a sandbox");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) {
        Command* command = add_reseller_command(program, group, options, words...);
        command->add_option("ID", options->id, "the credential's; with --webhook the webhook endpoint's")->required();
        command->add_flag("--webhook", options->is_webhook, "of the deliveries to a webhook endpoint");
        return command;
    };
    add("show", "Show the fault of a credential or a webhook endpoint", "fault show 2 1024", show);
    Command* set_command = add("set", "Let requests or deliveries go wrong", "fault set 2 1024 503 --next 3", set);
    add_choice(set_command, "KIND", options->kind, {"delay", "429", "500", "503", "drop"}, "what becomes of the answer")
        ->required();
    set_command->add_option("--delay-ms", options->delay_ms, "how much later it comes; deliveries: 15000 and more hang")
        ->type_name("N");
    set_command->add_option("--rate", options->rate, "of the requests or deliveries, by chance (1)")->type_name("0..1");
    set_command->add_option("--next", options->next, "so many of them, then no more")->type_name("N");
    set_command->add_flag("--has-effect", options->has_effect, "it is carried out, or arrives; its answer goes wrong");
    add("clear", "Let requests be answered and deliveries be made as usual", "fault clear 2 1024", clear);
}

}  // namespace cli
