// Attribute: what a reseller wants to know of its accounts or managers beyond what everybody asks, and what was
// answered.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

// Stored as numbers: never renumber.
enum class AttributeSubject { account = 1, manager = 2 };
enum class AttributeType { string = 1, text = 2, checkbox = 3, date = 4, password = 5, list = 6 };

struct AttributeOption {
    std::string key;
    std::string name;

    bool operator==(const AttributeOption&) const = default;
};

struct Attribute {
    std::int64_t reseller_id = 0;  // whose it is; resellers below use it
    std::int64_t id = 0;
    AttributeSubject subject = AttributeSubject::account;
    std::string key;
    std::string name;
    AttributeType type = AttributeType::string;
    std::string format;                          // an ECMAScript pattern for the whole value; empty: any. Not for lists
    std::string default_value;                   // empty: none
    std::vector<AttributeOption> options;        // of a list, in order
    std::vector<std::int64_t> account_type_ids;  // of accounts: for which types it is asked
    bool is_optional = true;
    bool is_unique = false;  // among the accounts of one reseller
    bool is_public = true;   // else only managers of its own reseller see it
    bool is_read_only_for_client = false;
    bool is_read_only_for_admin = false;  // managers see it, but do not set it
    std::int64_t weight = 0;              // the order: lighter first
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;

    bool operator==(const Attribute&) const = default;
};

struct AttributeValue {
    std::string key;
    std::string value;

    bool operator==(const AttributeValue&) const = default;
};

using AttributeValues = std::vector<AttributeValue>;  // each key once

inline const std::string* find_value(const AttributeValues& values, std::string_view key) {
    for (const AttributeValue& value : values)
        if (value.key == key) return &value.value;
    return nullptr;
}

constexpr std::string_view to_string(AttributeType type) {
    switch (type) {
    case AttributeType::string: return "string";
    case AttributeType::text: return "text";
    case AttributeType::checkbox: return "checkbox";
    case AttributeType::date: return "date";
    case AttributeType::password: return "password";
    case AttributeType::list: return "list";
    }
    return "";
}

constexpr std::string_view to_string(AttributeSubject subject) {
    switch (subject) {
    case AttributeSubject::account: return "account";
    case AttributeSubject::manager: return "manager";
    }
    return "";
}
