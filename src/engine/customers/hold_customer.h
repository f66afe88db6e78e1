// What managers do to an account as a whole: hold it, lift the hold, delete it. By id, through the reseller that the
// request names; otherwise as hold_account.h and remove_account.h.

#pragma once

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/customers/show_customer.h"
#include "engine/world.h"

// The first two do nothing when the account is held (or not held) already.
// Refuse, in this order: as enter_reseller; not_found; conflict (status closed).
Result<Customer> hold_customer(db::Tx&, World&, const Caller&, const ShowCustomer&);
Result<Customer> lift_customer(db::Tx&, World&, const Caller&, const ShowCustomer&);

// Only administrators. What is deleted can still be read, and is in lists that ask for it.
// Refuses, in this order: as enter_reseller; not_found (also what is deleted already).
Result<Customer> remove_customer(db::Tx&, World&, const Caller&, const ShowCustomer&);
