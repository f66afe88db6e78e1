#include "engine/customers/adjust_balance.h"

#include "engine/accounts/account_change.h"
#include "engine/customers/credit.h"
#include "engine/customers/field_formats.h"

namespace {

std::string describe(const std::optional<Decimal>& amount) { return amount ? to_string(*amount) : ""; }

void check_not_negative(std::string_view field, const std::optional<Decimal>& amount, FieldErrors& errors) {
    if (amount && *amount < Decimal())
        errors.add(field, Rule::out_of_range, std::string(field) + " may not be negative.");
}

void apply(const AdjustBalance& command, Profile& profile, FieldErrors& errors) {
    const auto balance = add(profile.balance, command.amount);
    if (!balance) errors.add("amount", Rule::out_of_range, "The balance would be too large.");
    check_not_negative("current_debt", command.current_debt, errors);
    check_not_negative("financial_blocking_threshold", command.financial_blocking_threshold.value, errors);
    check_not_negative("subscription_credit_limit", command.subscription_credit_limit.value, errors);
    check_text("reason", command.reason, false, errors);
    if (!errors.empty()) return;
    profile.balance = *balance;
    if (command.current_debt) profile.current_debt = *command.current_debt;
    if (command.financial_blocking_threshold.is_given)
        profile.financial_blocking_threshold = command.financial_blocking_threshold.value;
    if (command.subscription_credit_limit.is_given)
        profile.subscription_credit_limit = command.subscription_credit_limit.value;
}

std::vector<Change> differences(const Profile& before, const Profile& after, const std::string& reason) {
    std::vector<Change> changes;
    const auto compare = [&](std::string_view field, std::string old_text, std::string new_text) {
        if (old_text != new_text) changes.push_back({std::string(field), std::move(old_text), std::move(new_text)});
    };
    compare("balance", to_string(before.balance), to_string(after.balance));
    compare("current_debt", to_string(before.current_debt), to_string(after.current_debt));
    compare("financial_blocking_threshold", describe(before.financial_blocking_threshold),
            describe(after.financial_blocking_threshold));
    compare("subscription_credit_limit", describe(before.subscription_credit_limit),
            describe(after.subscription_credit_limit));
    if (!changes.empty() && !reason.empty()) changes.push_back({"reason", "", reason});
    return changes;
}

Error refuse_state(std::string field, Rule rule, std::string detail) {
    return {Reason::conflict, detail, {{std::move(field), rule, detail}}};
}

}  // namespace

Result<Customer> adjust_balance(db::Tx& tx, World& world, const Caller& caller, const AdjustBalance& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::adjust_balance));
    store::CustomerRow row = TRY(get_customer(tx, scope, command.account_id));
    const Instant now = world.now(scope.caller.reseller);
    const Account before = settle_in(tx, world, scope.caller, row.account);
    if (status_of_customer(before) == CustomerStatus::deleted)
        return refuse_state("status", Rule::closed, "The account is deleted.");
    const AccountClass* account_class =
        row.profile ? scope.catalogue->find_class(row.profile->account_class_id) : nullptr;
    if (!account_class)
        return refuse_state("profile", Rule::foreign, "The account was opened through another API and has no balance.");

    FieldErrors errors;
    Profile profile = *row.profile;
    apply(command, profile, errors);
    if (!errors.empty()) return std::move(errors).to_error("The balance cannot be adjusted so.");

    Account after = before;
    const bool moves = apply_credit(after, profile, *account_class, now);
    const EventKind kind = !moves               ? EventKind::account_balance_adjusted
                           : after.holds.credit ? EventKind::account_held
                                                : EventKind::account_lifted;
    record_change(tx, world, scope.caller, kind, before, after, now,
                  differences(*row.profile, profile, command.reason));
    if (!(profile == *row.profile)) store::update_profile(tx, profile);
    return make_customer(tx, world, scope, {std::move(after), std::move(profile), std::move(row.owner)});
}
