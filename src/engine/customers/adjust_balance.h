// Money of accounts, as the operator moves it. The balance alone sets and lifts the credit hold: see credit.h.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/decimal.h"
#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/customers/customer_fields.h"
#include "engine/world.h"

struct AdjustBalance {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    Decimal amount;                               // added to the balance; negative takes away
    std::optional<Decimal> current_debt;          // replaces it
    Given<Decimal> financial_blocking_threshold;  // the account's own; nothing: the class's again
    Given<Decimal> subscription_credit_limit;
    std::string reason;  // for the audit trail
};

// Refuses, in this order: as enter_reseller (managers may not); not_found; conflict (status closed; profile missing);
// invalid, all at once: amount (out_of_range: the balance would not fit), current_debt, financial_blocking_threshold,
// subscription_credit_limit (out_of_range: negative), reason (too_long, bad_characters).
Result<Customer> adjust_balance(db::Tx&, World&, const Caller&, const AdjustBalance&);
