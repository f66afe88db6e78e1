#include "engine/customers/list_customers.h"

#include "engine/accounts/count_accounts.h"
#include "store/customers.h"

namespace {

std::optional<Instant> to_instant(const std::optional<Moment>& moment, const Reseller& reseller) {
    if (!moment) return std::nullopt;
    return moment->is_local ? moment->at - reseller.utc_offset : moment->at;
}

std::int64_t count(db::Tx& tx, const CustomerFilter& filter) {
    const bool means_all_open = filter == CustomerFilter{.reseller_id = filter.reseller_id};
    return means_all_open ? count_open_accounts(tx, filter.reseller_id) : store::count_customers(tx, filter);
}

}  // namespace

Result<CustomerList> list_customers(db::Tx& tx, World& world, const Caller& caller, const ListCustomers& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.filter.reseller_id, Action::look));
    CustomerFilter filter = command.filter;
    filter.created_from = to_instant(command.created_from, scope.caller.reseller);
    filter.created_until = to_instant(command.created_until, scope.caller.reseller);
    filter.updated_from = to_instant(command.updated_from, scope.caller.reseller);
    filter.updated_until = to_instant(command.updated_until, scope.caller.reseller);
    CustomerList list;
    store::CustomerRows page = store::list_customers(tx, filter, command.page);
    list.customers.reserve(page.rows.size());
    for (store::CustomerRow& row : page.rows) list.customers.push_back(make_customer(tx, world, scope, std::move(row)));
    // The last page, unless it lies beyond the end, says itself how many there are.
    const auto found = static_cast<std::int64_t>(list.customers.size());
    const bool is_last = !page.has_more && (found > 0 || command.page.offset == 0);
    list.total = is_last ? command.page.offset + found : count(tx, filter);
    return list;
}
