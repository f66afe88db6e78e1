#include "engine/access/reach.h"

#include <algorithm>

#include "store/account_lists.h"
#include "store/accounts.h"
#include "store/resellers.h"

bool reaches(const Caller& caller, std::int64_t reseller_id) {
    if (!caller.tree) return caller.reseller.id == reseller_id;
    return std::binary_search(caller.tree->begin(), caller.tree->end(), reseller_id);
}

Result<Caller> act_for(db::Tx& tx, const Caller& caller, std::int64_t reseller_id) {
    auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller || !reaches(caller, reseller_id)) return Error{Reason::not_found, "There is no such reseller."};
    Caller acting = caller;
    acting.reseller = std::move(*reseller);
    return acting;
}

Result<Account> get_account_by_id(db::Tx& tx, const Caller& caller, std::int64_t account_id) {
    const Error refusal{Reason::not_found, "There is no such account."};
    const auto reseller_id = store::find_reseller_of_account(tx, account_id);
    if (!reseller_id || !reaches(caller, *reseller_id)) return refusal;
    auto account = store::find_account_by_id(tx, *reseller_id, account_id);
    if (!account) return refusal;
    return std::move(*account);
}
