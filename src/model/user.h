// User: a person with a login at the vendor's product, known by e-mail address. A reseller's users are its own: the
// same person at two resellers is two users.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

// Stored as numbers: never renumber.
enum class UserStatus { active = 1, inactive = 2 };

struct User {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::string email;  // as first given; unique within the reseller without regard to case
    std::string first_name = {};
    std::string middle_name = {};
    std::string last_name = {};
    UserStatus status = UserStatus::active;
    std::optional<Instant> privacy_policy_accepted_at = {};
    Instant created_at;
    Instant updated_at = created_at;

    bool operator==(const User&) const = default;
};

// What a user may do in an account. Stored as numbers: never renumber.
enum class UserLevel { owner = 1, admin = 2, finance = 3, user = 4 };  // exactly one owner an account

constexpr std::string_view to_string(UserStatus status) {
    switch (status) {
    case UserStatus::active: return "active";
    case UserStatus::inactive: return "inactive";
    }
    return "";
}
