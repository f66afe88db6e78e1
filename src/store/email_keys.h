// What rekey_emails() (engine/upkeep/) needs: addresses beyond ASCII, and how far it has come.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace store {

struct RekeyedPlace {
    std::int64_t user_id = 0;
    std::int64_t account_id = 0;
};

struct StoredEmail {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::string email;
};

std::optional<RekeyedPlace> find_rekeyed_place(db::Tx&);  // absent: all is done
void put_rekeyed_place(db::Tx&, const std::optional<RekeyedPlace>&);

// By id, from the first after after_id, of any reseller.
std::vector<StoredEmail> list_user_emails(db::Tx&, std::int64_t after_id, int limit);
std::vector<StoredEmail> list_profile_emails(db::Tx&, std::int64_t after_id, int limit);

// Not where another user has it.
void put_user_email_key(db::Tx&, std::int64_t reseller_id, std::int64_t user_id, std::string_view key);
void put_profile_email_key(db::Tx&, std::int64_t reseller_id, std::int64_t account_id, std::string_view key);

}  // namespace store
