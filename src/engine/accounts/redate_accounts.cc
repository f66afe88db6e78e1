#include "engine/accounts/redate_accounts.h"

#include <limits>

#include "engine/accounts/account_change.h"
#include "store/account_lists.h"
#include "store/accounts.h"
#include "store/resellers.h"

std::vector<std::int64_t> list_resellers_to_redate(db::Tx& tx, std::int64_t parts, int limit) {
    return store::list_resellers_to_redate(tx, parts, limit);
}

bool redate_accounts(db::Tx& tx, World&, std::int64_t reseller_id, int limit) {
    const auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller || !reseller->redated_through) return false;
    store::AccountRange range{.order = store::AccountRange::Order::by_id_in_state,
                              .reseller_id = reseller_id,
                              .state = store::AccountState::suspended};
    range.after.id = *reseller->redated_through;
    range.before.id = std::numeric_limits<std::int64_t>::max();
    const auto scanned = store::scan_accounts(tx, range, {}, limit, limit);
    for (Account account : scanned.accounts) {
        const auto due_at = next_due(account, *reseller);
        if (due_at == account.due_at) continue;
        account.due_at = due_at;
        store::update_account(tx, account);
    }
    if (scanned.is_at_end)
        store::set_redated_through(tx, reseller_id, std::nullopt);
    else
        store::set_redated_through(tx, reseller_id, scanned.through.id);
    return !scanned.is_at_end;
}
