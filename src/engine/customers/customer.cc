#include "engine/customers/customer.h"

#include "engine/accounts/account_change.h"

CustomerStatus status_of_customer(const Account& account) {
    if (account.removed_at || account.stage == Stage::deprovisioned) return CustomerStatus::deleted;
    if (!account.holds.any()) return CustomerStatus::active;
    return account.holds == Holds{.credit = true} ? CustomerStatus::credit_hold : CustomerStatus::administrative_hold;
}

Customer make_customer(db::Tx& tx, World& world, const Scope& scope, store::CustomerRow row) {
    const Catalogue& catalogue = *scope.catalogue;
    Customer customer{
        .account = settled(tx, std::move(row.account), catalogue.reseller(), world.now(catalogue.reseller())),
        .profile = std::move(row.profile),
        .owner = std::move(row.owner),
        .catalogue = scope.catalogue,
    };
    if (!customer.profile) return customer;
    customer.type = catalogue.find_type(customer.profile->account_type_id);
    customer.account_class = catalogue.find_class(customer.profile->account_class_id);
    if (customer.profile->manager_id) customer.manager = catalogue.find_manager(*customer.profile->manager_id);
    return customer;
}

Result<store::CustomerRow> get_customer(db::Tx& tx, const Scope& scope, std::int64_t account_id) {
    auto row = store::find_customer(tx, scope.caller.reseller.id, account_id);
    if (!row) return Error{Reason::not_found, "There is no such account."};
    return std::move(*row);
}
