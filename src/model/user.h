// User: a person with a login at the vendor's product, known by e-mail address. A reseller's users are its own: the
// same person at two resellers is two users.

#pragma once

#include <cstdint>
#include <string>

#include "core/time.h"

struct User {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::string email;  // as first given; unique within the reseller without regard to case
    Instant created_at;

    bool operator==(const User&) const = default;
};

// What a user may do in an account. Stored as numbers: never renumber.
enum class UserLevel { owner = 1, admin = 2, finance = 3, user = 4 };  // exactly one owner an account
