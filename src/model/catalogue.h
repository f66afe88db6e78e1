// What a reseller's accounts are chosen from: types, which say what an account is, and classes, which say how it pays.
// Each belongs to a reseller and is used by it and by those below, who cannot change it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/decimal.h"
#include "core/time.h"
#include "model/account.h"

struct CatalogueType {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;  // unique among all types
    std::string key;      // unique among its reseller's
    std::string name;
    AccountType kind = AccountType::individual;  // how other APIs show such an account
    std::string name_pattern;                    // "%first_name %middle_name %last_name"
    std::string primary_name;                    // the label of the primary name; empty: natural persons, who have none
    std::optional<std::int64_t> default_payment_method_id;
    bool is_default = false;
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;

    bool operator==(const CatalogueType&) const = default;
};

// Stored as numbers: never renumber.
enum class PaymentModel { prepay = 1, postpay = 2 };
enum class Handling { automatically = 1, manually = 2 };

struct AccountClass {
    static constexpr std::int64_t forever = -1;

    std::int64_t reseller_id = 0;
    std::int64_t id = 0;  // unique among all classes
    std::string key;      // unique among its reseller's
    std::string name;
    std::string color;
    PaymentModel payment_model = PaymentModel::prepay;
    Decimal financial_blocking_threshold;  // not negative: how far below zero a balance may be
    std::int64_t subzero_period_days = 0;  // how long it may be there; forever: no limit
    Decimal subscription_credit_limit;
    bool buy_with_negative_balance = false;  // the threshold counts as funds
    std::int64_t due_order_period_days = 0;
    std::int64_t due_payment_period_days = 0;
    std::int64_t guaranteed_payment_limit = 0;
    std::int64_t guaranteed_payment_period_days = 0;
    Handling stop_subscription = Handling::automatically;
    Handling delete_subscription = Handling::automatically;
    bool is_denominated = false;
    std::optional<std::int64_t> receipt_day;
    bool is_default = false;
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;

    bool operator==(const AccountClass&) const = default;
};

constexpr std::string_view to_string(PaymentModel model) {
    switch (model) {
    case PaymentModel::prepay: return "prepay";
    case PaymentModel::postpay: return "postpay";
    }
    return "";
}

constexpr std::string_view to_string(Handling handling) {
    switch (handling) {
    case Handling::automatically: return "automatically";
    case Handling::manually: return "manually";
    }
    return "";
}
