// Opens accounts as ActivePlatform does: with a profile and an owner, active from the first moment.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/customers/customer.h"
#include "engine/customers/customer_fields.h"
#include "engine/world.h"

struct OpenCustomer {
    std::int64_t reseller_id = 0;
    CustomerFields fields;
    std::optional<std::int64_t> owner_id;  // an existing user; then new_owner does not matter
    std::array<std::optional<std::string>, new_owner_fields.size()> new_owner;
    std::string uid;  // empty: the account's own id
};

// The terms and conditions are not accepted, a new owner has accepted the privacy policy, the work permit is not
// verified. The owner is also the technical and the billing user. Refuses, in this order: as enter_reseller; invalid,
// all fields at once: see apply_fields, and
//   new_owner_*   required, too_long, bad_characters, bad_format; taken (the e-mail address, of a user of another
//                 name; one of the same name becomes the owner)
//   owner_id      unknown
// conflict (the uid is taken).
Result<Customer> open_customer(db::Tx&, World&, const Caller&, const OpenCustomer&);
