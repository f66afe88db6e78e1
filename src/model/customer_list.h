// What a list of customers is to hold, in which order, and which part of it is wanted: asked for by dialects, answered
// by store/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "model/profile.h"

// Those up to updated_at are numbers of the account itself.
enum class CustomerOrder {
    id = 1,
    created_at = 2,
    updated_at = 3,
    name = 4,
    email = 5,
    last_name = 6,
    country = 7,
    city = 8
};

struct SortKey {
    CustomerOrder by = CustomerOrder::id;
    bool descending = false;
};

// What stands is wanted; what is absent or empty does not matter.
struct CustomerFilter {
    std::int64_t reseller_id = 0;
    std::vector<std::string> emails;        // of the contact: keys of any of these, without commas
    std::optional<std::string> user_email;  // of a user attached to it: its key
    std::optional<AttributeValue> attribute;
    std::optional<Instant> created_from;  // from: included, until: not
    std::optional<Instant> created_until;
    std::optional<Instant> updated_from;
    std::optional<Instant> updated_until;
    bool active = true;
    bool credit_hold = true;
    bool administrative_hold = true;
    bool deleted = false;

    bool operator==(const CustomerFilter&) const = default;
};

struct CustomerPage {
    static constexpr std::size_t sort_keys_max = 3;

    std::vector<SortKey> order;  // empty: by uid, which an index has; at most sort_keys_max
    std::int64_t offset = 0;
    std::int64_t limit = 50;
};
