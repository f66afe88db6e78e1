// partnerd count: how many accounts are in each status, day by day.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::optional<std::string> reseller, from, until;
};

const std::vector<Column> columns = {{"DAY", "day"},
                                     {"ENTITLED", "accounts.entitled"},
                                     {"PROVISIONED", "accounts.provisioned"},
                                     {"ACTIVATED", "accounts.activated"},
                                     {"SUSPENDED", "accounts.suspended"},
                                     {"DEPROVISIONED", "accounts.deprovisioned"},
                                     {"NEW", "opened"},
                                     {"REMOVED", "removed", 1}};

Result<void> count(Session& session, const Options& options) {
    const std::string target = options.reseller ? path({"resellers", *options.reseller, "counts"}) : path({"counts"});
    const Query query = Query().add_if("from", options.from).add_if("until", options.until);
    const json::value counts = TRY(session.api.get(target + query.text()));
    session.output.list(counts.at("days").as_array(), columns);
    return {};
}

}  // namespace

void add_count_command(Program& program) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_command(nullptr, "count", "Count accounts by status and day",
                                            "count --reseller 2 --from 2026-11-01",
                                            [=](Session& session) { return count(session, *options); });
    command->add_option("--reseller", options->reseller, "else all within reach, together")->type_name("ID");
    command->add_option("--from", options->from, "the first day; else 30 days are shown")->type_name("YYYY-MM-DD");
    command->add_option("--until", options->until, "the last day; else today, by the reseller's clock")
        ->type_name("YYYY-MM-DD");
}

}  // namespace cli
