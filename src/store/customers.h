// Rows <-> Profile, and accounts read together with it and their owners: accounts as ActivePlatform sees them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/account.h"
#include "model/profile.h"
#include "model/user.h"

namespace store {

struct CustomerRow {
    Account account;
    std::optional<Profile> profile;  // absent: opened through another API
    std::optional<User> owner;
};

// Removed ones too.
std::optional<CustomerRow> find_customer(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

void insert_profile(db::Tx&, const Profile&);
void update_profile(db::Tx&, const Profile&);  // all but the ids

// Accounts of a class whose balance is below zero, by id, from the first after after_id: (reseller, account).
struct AccountKey {
    std::int64_t reseller_id;
    std::int64_t account_id;
};
std::vector<AccountKey> list_accounts_below_zero(db::Tx&, std::int64_t account_class_id, std::int64_t after_id,
                                                 int limit);

// --- lists ---

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
    std::vector<std::string> emails;        // of the contact: any of these, in lower case, without commas
    std::optional<std::string> user_email;  // of a user attached to it; in lower case
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

struct CustomerRows {
    std::vector<CustomerRow> rows;
    bool has_more = false;  // behind this page
};

CustomerRows list_customers(db::Tx&, const CustomerFilter&, const CustomerPage&);
std::int64_t count_customers(db::Tx&, const CustomerFilter&);

}  // namespace store
