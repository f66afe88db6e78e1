// Rows <-> User, and which accounts they are attached to. Each look-up carries the reseller.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/database.h"
#include "model/user.h"

namespace store {

// By the key of the e-mail address (engine/email.h).
std::optional<User> find_user(db::Tx&, std::int64_t reseller_id, std::string_view email_key);
std::optional<User> find_user_by_id(db::Tx&, std::int64_t reseller_id, std::int64_t id);
std::optional<User> find_owner(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

void insert_user(db::Tx&, const User&,
                 std::string_view email_key);  // throws db::Duplicate when the reseller knows the address
bool is_user_attached(db::Tx&, const User&, std::int64_t account_id);
// Throws db::Duplicate when the user is attached already, or the account has an owner and this would be another.
void attach_user(db::Tx&, const User&, std::int64_t account_id, UserLevel, Instant at);

}  // namespace store
