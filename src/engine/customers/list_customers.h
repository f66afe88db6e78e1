// Lists the accounts of one reseller, as managers see them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/world.h"
#include "model/customer_list.h"

// A time as somebody wrote it: perhaps without a zone, and then it is the reseller's.
struct Moment {
    Instant at;
    bool is_local = false;
};

struct ListCustomers {
    CustomerFilter filter;  // but for its times: those are here
    std::optional<Moment> created_from, created_until, updated_from, updated_until;  // from: included, until: not
    CustomerPage page;
};

struct CustomerList {
    std::vector<Customer> customers;
    std::int64_t total = 0;  // on all pages
};

// In order of uid unless asked otherwise: for accounts opened here, that is the order of their opening.
// Refuses: as enter_reseller.
Result<CustomerList> list_customers(db::Tx&, World&, const Caller&, const ListCustomers&);
