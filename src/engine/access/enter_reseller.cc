#include "engine/access/enter_reseller.h"

#include "engine/access/reach.h"

bool may(ManagerRole role, Action action) {
    if (action == Action::adjust_balance) return false;
    switch (role) {
    case ManagerRole::administrator: return true;
    case ManagerRole::sales: return action != Action::remove_account && action != Action::keep_webhooks;
    case ManagerRole::marketing:
    case ManagerRole::product_owner: return action == Action::look;
    }
    return false;
}

Result<Scope> enter_reseller(db::Tx& tx, const Caller& caller, std::int64_t reseller_id, Action action) {
    const bool is_operator = caller.kind == CredentialKind::operator_token;
    if (!is_operator && !(caller.role && may(*caller.role, action)))
        return Error{Reason::forbidden, "Your role does not allow this."};
    auto catalogue = find_catalogue(tx, caller, reseller_id);
    if (!catalogue || !(is_operator ? reaches(caller, reseller_id) : catalogue->is_within(caller.home_reseller_id)))
        return Error{Reason::not_found, "There is no such reseller."};
    Scope scope{caller, std::move(catalogue)};
    scope.caller.reseller = scope.catalogue->reseller();
    return scope;
}
