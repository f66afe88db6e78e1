// Manager: a person who works for a reseller and calls on its behalf. Values only; what a role may do is decided in
// engine/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"
#include "model/attribute.h"

// Stored as numbers: never renumber.
enum class ManagerRole { sales = 1, marketing = 2, product_owner = 3, administrator = 4 };
enum class ManagerStatus { active = 1, inactive = 2 };

struct Manager {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;  // unique among all managers
    std::string name;
    std::string email;
    ManagerRole role = ManagerRole::sales;
    ManagerStatus status = ManagerStatus::active;
    std::optional<std::string> phone;
    std::optional<std::string> photo;  // where a picture is
    AttributeValues attributes;
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;

    bool operator==(const Manager&) const = default;
};

constexpr std::string_view to_string(ManagerRole role) {
    switch (role) {
    case ManagerRole::sales: return "sales";
    case ManagerRole::marketing: return "marketing";
    case ManagerRole::product_owner: return "owner";
    case ManagerRole::administrator: return "admin";
    }
    return "";
}

constexpr std::string_view to_string(ManagerStatus status) {
    switch (status) {
    case ManagerStatus::active: return "active";
    case ManagerStatus::inactive: return "inactive";
    }
    return "";
}
