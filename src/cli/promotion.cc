// partnerd promotion: which domain a reseller may use, for which type of account, and when.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, domain, type;
    std::optional<std::string> from, until;
    std::optional<std::int64_t> if_version;
};

const std::vector<Column> columns = {
    {"DOMAIN", "domain"}, {"TYPE", "type"}, {"FROM", "from"}, {"UNTIL", "until"}, {"VERSION", "version"}};

std::string path_of(const Options& options) {
    return path({"resellers", options.reseller, "promotions", options.domain, options.type});
}

json::value date_or_null(const std::string& text) { return text == "none" ? json::value(nullptr) : json::value(text); }

void put_times(json::object& body, const Options& options) {
    if (options.from) body["from"] = date_or_null(*options.from);
    if (options.until) body["until"] = date_or_null(*options.until);
}

Result<void> list(Session& session, const Options& options) {
    const json::value promotions = TRY(session.api.get(path({"resellers", options.reseller, "promotions"})));
    session.output.list(promotions.at("promotions").as_array(), columns);
    return {};
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> create(Session& session, const Options& options) {
    json::object body{{"domain", options.domain}, {"type", options.type}};
    put_times(body, options);
    session.output.show(TRY(session.api.post(path({"resellers", options.reseller, "promotions"}), body)));
    return {};
}

Result<void> change(Session& session, const Options& options) {
    json::object body;
    put_times(body, options);
    session.output.show(TRY(session.api.patch(path_of(options), body, if_match(options.if_version))));
    return {};
}

Result<void> remove_promotion(Session& session, const Options& options) {
    TRY(session.api.remove(path_of(options), if_match(options.if_version)));
    session.output.note("The promotion is removed.");
    return {};
}

}  // namespace

void add_promotion_commands(Program& program) {
    Command* group = program.add_group("promotion", "Promotions: which domains a reseller may use");
    auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* description, const char* example, RunWith<Options> run,
                         bool names_one = true) {
        Command* command = add_reseller_command(program, group, options, name, description, example, run);
        if (!names_one) return command;
        command->add_option("DOMAIN", options->domain, "as in b5test.com")->required();
        add_choice(command, "TYPE", options->type, account_type_words, "of the accounts")->required();
        return command;
    };
    const auto add_times = [&](Command* command) {
        add_date_time(program, command, "--from", options->from, "when it begins; none: always has", true);
        add_date_time(program, command, "--until", options->until, "when it ends; none: never", true);
    };

    add("list", "List a reseller's promotions", "promotion list 2", list, false);
    add("show", "Show a promotion", "promotion show 2 b5test.com family", show);
    add_times(add("add", "Let a reseller use a domain", "promotion add 2 b5test.com family", create));
    Command* change_command = add("change", "Change when a promotion holds",
                                  "promotion change 2 b5test.com family --until 2027-01-01T00:00:00Z", change);
    add_times(change_command);
    add_version(change_command, options->if_version);
    add_version(add("remove", "End a promotion", "promotion remove 2 b5test.com family", remove_promotion),
                options->if_version);
}

}  // namespace cli
