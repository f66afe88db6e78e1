// What sub-accounts have still to follow of what was done to the account that they belong to.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/time.h"
#include "model/event.h"

// Stored as numbers, in the order in which they come where a parent has two.
enum class Follow { held = 1, lifted = 2, closed = 3 };

struct ParentChange {
    std::int64_t reseller_id = 0;
    std::int64_t parent_id = 0;
    Follow follows = Follow::held;
    Instant at;
    std::int64_t through_id = 0;  // those up to here have followed

    // What the parent's own event says of whose wish it was.
    std::optional<std::int64_t> credential_id = {};
    std::string request_id = {};
    std::string trace = {};
    Actor actor = {};
    std::string api = {};
    std::string remote_address = {};
    Why why = {};

    bool operator==(const ParentChange&) const = default;
};
