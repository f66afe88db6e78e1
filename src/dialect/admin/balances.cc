// Money of accounts: GET, POST /admin/v1/resellers/{resellerId}/accounts/{accountId}/balance. POST adds the amount,
// which may be negative, and replaces what else it names; null gives a limit back to the account's class. Amounts are
// strings.
//
//   request {"amount": "-12.5", "current_debt": "0", "financial_blocking_threshold": null | "200",
//            "subscription_credit_limit": null | "10000", "reason": "..."}
//   answer  {"account_id": 1, "reseller_id": 1, "balance": "-12.5", "usable_balance": "0.0", "current_debt": "0.0",
//            "financial_blocking_threshold": "200.0", "subscription_credit_limit": "10000.0", "credit_hold": false,
//            "credit_hold_at": null | date-time, "below_zero_since": null | date-time, "version": 2}

#include "dialect/admin/edits.h"
#include "dialect/admin/nouns.h"
#include "engine/customers/adjust_balance.h"
#include "engine/customers/credit.h"
#include "engine/customers/show_customer.h"

namespace admin {
namespace {

using ::json::JsonWriter;
using service::Call;

std::optional<Decimal> find_amount(Body& body, std::string_view name) {
    const auto text = body.find_text(name);
    if (!text) return std::nullopt;
    const auto amount = parse_decimal(*text);
    if (!amount) body.object_to(name, Rule::bad_format, "It must be an amount with at most four places, as a string.");
    return amount;
}

Result<AdjustBalance> parse_adjust(const Call& call) {
    AdjustBalance command{.reseller_id = TRY(parse_id(call.path_values[0])),
                          .account_id = TRY(parse_id(call.path_values[1]))};
    Body body = TRY(Body::read(call));
    command.amount = find_amount(body, "amount").value_or(Decimal());
    command.current_debt = find_amount(body, "current_debt");
    command.financial_blocking_threshold = {body.has("financial_blocking_threshold"),
                                            find_amount(body, "financial_blocking_threshold")};
    command.subscription_credit_limit = {body.has("subscription_credit_limit"),
                                         find_amount(body, "subscription_credit_limit")};
    command.reason = body.find_text("reason").value_or("");
    TRY(body.finish());
    return command;
}

Result<ShowCustomer> parse_show(const Call& call) {
    return ShowCustomer{TRY(parse_id(call.path_values[0])), TRY(parse_id(call.path_values[1]))};
}

// Of an account that has money; one that another API opened has none.
Result<Customer> show_balance(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command) {
    Customer customer = TRY(show_customer(tx, world, caller, command));
    if (!customer.profile || !customer.account_class) return Error{Reason::not_found, "The account has no balance."};
    return customer;
}

http::Response render_balance(const Call&, const Customer& customer) {
    const Profile& profile = *customer.profile;
    const Limits limits = limits_of(profile, *customer.account_class);
    JsonWriter json;
    json.open_object()
        .number("account_id", customer.account.id)
        .number("reseller_id", customer.account.reseller_id)
        .text("balance", to_string(profile.balance))
        .text("usable_balance", to_string(usable_balance_of(profile, *customer.account_class)))
        .text("current_debt", to_string(profile.current_debt))
        .text("financial_blocking_threshold", to_string(limits.financial_blocking_threshold))
        .text("subscription_credit_limit", to_string(limits.subscription_credit_limit))
        .boolean("credit_hold", customer.account.holds.credit)
        .instant("credit_hold_at", customer.account.credit_hold_at)
        .instant("below_zero_since", profile.below_zero_since)
        .number("version", customer.account.version)
        .close_object();
    return {.status = 200, .content_type = "application/json", .body = json.finish()};
}

}  // namespace

std::vector<service::Route> balance_routes() {
    using service::create_route;
    using service::read_route;
    using service::show_route;
    using enum http::Method;
    constexpr std::string_view one = "/admin/v1/resellers/{resellerId}/accounts/{accountId}/balance";
    return {
        service::for_reader(show_route(get, one, parse_show, show_balance, render_balance)),
        service::for_operator(create_route(post, one, parse_adjust, adjust_balance, render_balance)),
    };
}

}  // namespace admin
