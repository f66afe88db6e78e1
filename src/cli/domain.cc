// partnerd domain: where the vendor's product runs.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string name;
};

Result<void> list(Session& session, const Options&) {
    const json::value domains = TRY(session.api.get(path({"domains"})));
    session.output.list(domains.at("domains").as_array(), {{"DOMAIN", "name"}, {"CREATED", "created_at"}});
    return {};
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path({"domains", options.name}))));
    return {};
}

Result<void> add_domain(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path({"domains"}), {{"name", options.name}})));
    return {};
}

Result<void> remove_domain(Session& session, const Options& options) {
    TRY(session.api.remove(path({"domains", options.name})));
    session.output.note(options.name + " is removed.");
    return {};
}

}  // namespace

void add_domain_commands(Program& program) {
    Command* group = program.add_group("domain", "Domains on which the product runs");
    auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* description, const char* example,
                         Result<void> (*run)(Session&, const Options&)) {
        return program.add_command(group, name, description, example,
                                   [=](Session& session) { return run(session, *options); });
    };
    add("list", "List domains", "domain list", list);
    add("show", "Show a domain", "domain show b5test.com", show)
        ->add_option("NAME", options->name, "as in b5test.com")
        ->required();
    add("add", "Add a domain", "domain add b5test.com", add_domain)
        ->add_option("NAME", options->name, "as in b5test.com")
        ->required();
    add("remove", "Remove a domain that no promotion needs", "domain remove b5test.com", remove_domain)
        ->add_option("NAME", options->name, "as in b5test.com")
        ->required();
}

}  // namespace cli
