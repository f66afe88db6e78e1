// partnerd count: how many accounts are in each status, by day, week or month; how many were redeemed, and how soon.

#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::optional<std::string> reseller, from, until, by;
    bool tree = false;
};

const std::vector<Column> columns = {{"DAY", "day"},
                                     {"ENTITLED", "accounts.entitled"},
                                     {"PROVISIONED", "accounts.provisioned"},
                                     {"ACTIVATED", "accounts.activated"},
                                     {"SUSPENDED", "accounts.suspended"},
                                     {"DEPROVISIONED", "accounts.deprovisioned"},
                                     {"NEW", "opened"},
                                     {"REDEEMED", "redeemed", 2},
                                     {"CONVERTED", "converted", 4},
                                     {"MEDIAN DAYS", "median_days", 3},
                                     {"REMOVED", "removed", 1}};

Result<void> count(Session& session, const Options& options) {
    const std::string target = options.reseller ? path({"resellers", *options.reseller, "counts"}) : path({"counts"});
    Query query = Query().add_if("from", options.from).add_if("until", options.until).add_if("by", options.by);
    if (options.tree) query.add("tree", "true");
    const json::value counts = TRY(session.api.get(target + query.text()));
    session.output.list(counts.at("days").as_array(), columns);
    return {};
}

}  // namespace

void add_count_command(Program& program) {
    auto options = std::make_shared<Options>();
    Command* command = program.add_command(nullptr, "count", "Count accounts by status, and by day, week or month",
                                           "count --reseller 2 --from 2026-11-01",
                                           [=](Session& session) { return count(session, *options); });
    auto* reseller = command->add_option("--reseller", options->reseller, "else all within reach, together");
    reseller->type_name("ID");
    command->add_flag("--tree", options->tree, "with all resellers below that one, together")->needs(reseller);
    command->add_option("--by", options->by, "what is put together")->type_name("day|week|month");
    command->add_option("--from", options->from, "the first day; else 30 days, 26 weeks or 12 months are shown")
        ->type_name("YYYY-MM-DD");
    command->add_option("--until", options->until, "the last day; else today, by the reseller's clock")
        ->type_name("YYYY-MM-DD");
}

}  // namespace cli
