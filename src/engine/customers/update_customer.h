// Changes what an account's profile says.

#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/customers/customer_fields.h"
#include "engine/world.h"

struct UpdateCustomer {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    CustomerFields fields;  // the type must be there, as the document says
    std::optional<std::int64_t> tech_user_id;
    std::optional<std::int64_t> bill_user_id;
};

// What is absent stays. The account's name follows; a new class judges the balance anew. A user who is not attached yet
// is attached: as user, or for bills with the level finance. Refuses, in this order: as enter_reseller; not_found;
// conflict (status closed; profile missing: another API opened the account); invalid, all fields at once: see
// apply_fields, and tech_user_id, bill_user_id (unknown).
Result<Customer> update_customer(db::Tx&, World&, const Caller&, const UpdateCustomer&);
