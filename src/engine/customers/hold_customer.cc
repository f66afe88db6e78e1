#include "engine/customers/hold_customer.h"

#include "engine/accounts/hold_account.h"
#include "engine/accounts/remove_account.h"

namespace {

using Operation = Result<Account> (*)(db::Tx&, World&, const Caller&, const NameAccount&);

Result<Customer> operate(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command,
                         Operation operation) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::hold_account));
    store::CustomerRow row = TRY(get_customer(tx, scope, command.account_id));
    const Error closed{
        Reason::conflict, "The account is deleted.", {{"account", Rule::closed, "The account is deleted."}}};
    if (row.account.removed_at) return closed;
    auto account = operation(tx, world, scope.caller, {row.account.uid});
    if (!account.ok() && account.error().reason == Reason::conflict) return closed;
    row.account = TRY(std::move(account));
    return make_customer(tx, world, scope, std::move(row));
}

}  // namespace

Result<Customer> hold_customer(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command) {
    return operate(tx, world, caller, command, hold_account);
}

Result<Customer> lift_customer(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command) {
    return operate(tx, world, caller, command, lift_account);
}

Result<Customer> remove_customer(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::remove_account));
    store::CustomerRow row = TRY(get_customer(tx, scope, command.account_id));
    if (row.account.removed_at) return Error{Reason::not_found, "There is no such account."};
    row.account = TRY(remove_account(tx, world, scope.caller, {row.account.uid}));
    return make_customer(tx, world, scope, std::move(row));
}
