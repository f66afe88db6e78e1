// partnerd balance: money of accounts, and their own limits.

#include "cli/account_name.h"
#include "cli/program.h"

namespace cli {
namespace {

struct Options {
    std::string reseller, account, amount;
    std::optional<std::string> reason, current_debt, threshold, credit_limit;
};

Result<std::string> path_of(Session& session, const Options& options) {
    return path(
        {"resellers", options.reseller, "accounts", TRY(find_account_id(session.api, options.account)), "balance"});
}

void put(json::object& body, const char* name, const std::optional<std::string>& amount) {
    if (amount) body[name] = *amount == "none" ? json::value(nullptr) : json::value(*amount);
}

Result<void> show(Session& session, const Options& options) {
    session.output.show(TRY(session.api.get(TRY(path_of(session, options)))));
    return {};
}

Result<void> adjust(Session& session, const Options& options) {
    json::object body{{"amount", options.amount}};
    if (options.reason) body["reason"] = *options.reason;
    put(body, "current_debt", options.current_debt);
    put(body, "financial_blocking_threshold", options.threshold);
    put(body, "subscription_credit_limit", options.credit_limit);
    session.output.show(TRY(session.api.post(TRY(path_of(session, options)), body)));
    return {};
}

}  // namespace

void add_balance_commands(Program& program) {
    Command* group = program.add_group("balance", "Balances: money of accounts; it alone sets and lifts a credit hold");
    const auto options = std::make_shared<Options>();
    const auto add = [&](auto... words) {
        Command* command = add_reseller_command(program, group, options, words...);
        command->add_option("ACCOUNT", options->account, "its id, or RESELLER/UID")->required();
        return command;
    };
    add("show", "Show an account's balance and limits", "balance show 1 789", show);
    Command* command = add("adjust", "Add to a balance, or take from it", "balance adjust 1 789 -- -12.5", adjust);
    command->add_option("AMOUNT", options->amount, "what is added; a negative one behind --")->required();
    command->add_option("--reason", options->reason, "for the audit trail");
    command->add_option("--current-debt", options->current_debt, "what is owed and not yet due")->type_name("AMOUNT");
    command->add_option("--financial-blocking-threshold", options->threshold, "the account's own; none: its class's")
        ->type_name("AMOUNT");
    command->add_option("--subscription-credit-limit", options->credit_limit, "the account's own; none: its class's")
        ->type_name("AMOUNT");
}

}  // namespace cli
