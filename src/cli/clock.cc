// partnerd clock: the time in which a reseller of a sandbox lives.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, now;
    std::optional<std::int64_t> seconds, days;
    std::optional<std::string> to;
    bool frozen = false;
};

std::string path_of(const Options& options) { return path({"sandbox", "resellers", options.reseller, "clock"}); }

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(path_of(options))));
    return {};
}

Result<void> set(Session& session, const Options& options) {
    json::object body{{"now", options.now}};
    if (options.frozen) body["frozen"] = true;
    session.output.show(TRY(session.api.put(path_of(options), body)));
    return {};
}

Result<void> advance(Session& session, const Options& options) {
    constexpr std::int64_t seconds_a_day = 86'400;
    if (options.to.has_value() == (options.seconds || options.days))
        return Error{Reason::malformed, "Either --to, or --days and --seconds."};
    json::object body;
    if (options.to)
        body["to"] = *options.to;
    else
        body["seconds"] = options.seconds.value_or(0) + options.days.value_or(0) * seconds_a_day;
    session.output.show(TRY(session.api.post(path_of(options) + "/advance", body)));
    return {};
}

Result<void> freeze(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path_of(options) + "/freeze")));
    return {};
}

Result<void> unfreeze(Session& session, const Options& options) {
    session.output.show(TRY(session.api.post(path_of(options) + "/unfreeze")));
    return {};
}

Result<void> go_back(Session& session, const Options& options) {
    session.output.show(TRY(session.api.remove(path_of(options))));
    return {};
}

}  // namespace

void add_clock_commands(Program& program) {
    Command* group = program.add_group(
        "clock", "The clock of a reseller, in a sandbox: travel to the day it ends; it never goes back");
    auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) { return add_reseller_command(program, group, options, words...); };
    add("show", "Show what time it is", "clock show 2", show);
    Command* set_command =
        add("set", "Set the clock to a later time; what falls due is done first", "clock set 2 2027-01-01", set);
    add_date_time(program, set_command, "NOW", options->now, "what time it shall be")->required();
    set_command->add_flag("--frozen", options->frozen, "and let it stand still");
    Command* advance_command =
        add("advance", "Move the clock forwards; what falls due is done first", "clock advance 2 --days 30", advance);
    advance_command->add_option("--days", options->days, "by so many")->type_name("N");
    advance_command->add_option("--seconds", options->seconds, "by so many")->type_name("N");
    add_date_time(program, advance_command, "--to", options->to, "to this moment");
    add("freeze", "Let the clock stand still", "clock freeze 2", freeze);
    add("unfreeze", "Let the clock run again", "clock unfreeze 2", unfreeze);
    add("reset", "Give a reseller that is behind the server's own time", "clock reset 2", go_back);
}

}  // namespace cli
