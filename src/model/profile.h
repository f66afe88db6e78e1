// Profile: what the operator's panel knows of an account beyond the account itself: its type and class, the person to
// contact, its money. An account opened through another API has none.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/decimal.h"
#include "core/time.h"
#include "model/attribute.h"

// May the account order postpaid? Stored as numbers: never renumber.
enum class WorkPermit { not_verified = 1, approval_required = 2, declined = 3, approved = 4 };

struct Profile {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    std::int64_t account_type_id = 0;
    std::int64_t account_class_id = 0;
    std::optional<std::int64_t> manager_id;
    std::int64_t tech_user_id = 0;
    std::int64_t bill_user_id = 0;
    std::string name;  // made of the others by the type's pattern
    std::string primary_name;
    std::string first_name;
    std::string middle_name;
    std::string last_name;
    std::string email;
    std::string email_key;  // by which it is compared: see engine/email.h
    std::string country;    // ISO 3166-1 alpha-2
    std::string region;
    std::string city;
    std::string street;
    std::string building;
    std::string office;
    std::string zip;
    std::string phone;
    AttributeValues attributes;
    Decimal balance;
    Decimal current_debt;                                 // of postpaid subscriptions in the current period
    std::optional<Decimal> subscription_credit_limit;     // absent: the class's
    std::optional<Decimal> financial_blocking_threshold;  // absent: the class's
    std::optional<Instant> below_zero_since;              // of the balance
    std::optional<Instant> terms_accepted_at;             // absent: not accepted
    WorkPermit work_permit = WorkPermit::not_verified;

    bool operator==(const Profile&) const = default;
};

constexpr std::string_view to_string(WorkPermit permit) {
    switch (permit) {
    case WorkPermit::not_verified: return "verification_not_performed";
    case WorkPermit::approval_required: return "approval_required";
    case WorkPermit::declined: return "declined";
    case WorkPermit::approved: return "approved";
    }
    return "";
}
