// Who uses a manager or an entry of the catalogue: what stands in the way of its removal, whom a change of it concerns,
// and whether it is still there. An entry counts in its reseller and in those below it, down to where another of its id
// is nearer.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"

namespace store {

// Whether an account has it; removed ones count.
bool has_accounts_of_type(db::Tx&, std::int64_t reseller_id, std::int64_t account_type_id);
bool has_accounts_of_class(db::Tx&, std::int64_t reseller_id, std::int64_t account_class_id);
bool has_accounts_of_manager(db::Tx&, std::int64_t reseller_id, std::int64_t manager_id);

// Those that have a class of this id and a balance below zero, by id, from the first after after_id: another reseller's
// class may have the same id.
struct AccountKey {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    bool has_class = false;  // this reseller's
};
std::vector<AccountKey> list_accounts_below_zero(db::Tx&, std::int64_t reseller_id, std::int64_t account_class_id,
                                                 std::int64_t after_id, int limit);

// The keys of the attributes that are asked for that type, in alphabetical order, each once.
std::vector<std::string> list_attributes_of_type(db::Tx&, std::int64_t reseller_id, std::int64_t account_type_id);

// What an account is about to be given: the id of an entry, and whose it is.
struct EntryName {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// Whether all of them are there, and the account's reseller is.
bool are_there(db::Tx&, std::int64_t reseller_id, const EntryName& account_type, const EntryName& account_class,
               const std::optional<EntryName>& manager);

}  // namespace store
