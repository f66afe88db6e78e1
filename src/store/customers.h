// Rows <-> Profile, and accounts read together with it and their owners: accounts as ActivePlatform sees them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/account.h"
#include "model/customer_list.h"
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

// How far the accounts of a class have been judged since its terms have changed; none: all have.
struct ClassJudgement {
    std::int64_t reseller_id = 0;  // whose class it is
    std::int64_t account_class_id = 0;
    std::int64_t through_id = 0;
};
void put_class_judgement(db::Tx&, const ClassJudgement&);
void delete_class_judgement(db::Tx&, std::int64_t reseller_id, std::int64_t account_class_id);
std::optional<ClassJudgement> find_class_judgement(db::Tx&);  // any

// --- lists ---

struct CustomerRows {
    std::vector<CustomerRow> rows;
    bool has_more = false;  // behind this page
};

CustomerRows list_customers(db::Tx&, const CustomerFilter&, const CustomerPage&);
std::int64_t count_customers(db::Tx&, const CustomerFilter&);

}  // namespace store
