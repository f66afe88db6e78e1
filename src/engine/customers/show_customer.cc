#include "engine/customers/show_customer.h"

Result<Customer> show_customer(db::Tx& tx, World& world, const Caller& caller, const ShowCustomer& command) {
    const Scope scope = TRY(enter_reseller(tx, caller, command.reseller_id, Action::look));
    return make_customer(tx, world, scope, TRY(get_customer(tx, scope, command.account_id)));
}
