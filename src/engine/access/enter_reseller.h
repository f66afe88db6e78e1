// Who may do what, and where: a manager's role decides which methods it may call, its reseller and those below it what
// it can see. Called first by every operation for which the request names a reseller.

#pragma once

#include <cstdint>
#include <memory>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/catalogue/catalogue.h"

enum class Action { look, open_account, change_account, hold_account, remove_account, adjust_balance, keep_webhooks };

//                  sales   marketing   product owner   administrator
// look             yes     yes         yes             yes
// open_account     yes     no          no              yes
// change_account   yes     no          no              yes
// hold_account     yes     no          no              yes
// remove_account   no      no          no              yes
// adjust_balance   no      no          no              no: operators only
// keep_webhooks    no      no          no              yes
bool may(ManagerRole, Action);

struct Scope {
    Caller caller;  // as if it belonged to the reseller that the request names
    std::shared_ptr<const Catalogue> catalogue;
};

// Operators may do all, within their reach.
// Refuses, in this order: forbidden (the role; neither a manager nor the operator); not_found (no such reseller, or
// none that the caller reaches: the same words).
Result<Scope> enter_reseller(db::Tx&, const Caller&, std::int64_t reseller_id, Action);
