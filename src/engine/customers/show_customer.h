// Finds accounts, as managers see them, for those who name them by id.

#pragma once

#include <cstdint>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/world.h"

struct ShowCustomer {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
};

// Deleted ones too, whichever API opened them.
// Refuses: as enter_reseller; not_found.
Result<Customer> show_customer(db::Tx&, World&, const Caller&, const ShowCustomer&);
