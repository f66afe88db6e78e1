// Rows <-> ParentChange: which sub-accounts have still to follow what. Each look-up carries the reseller. There are
// rows only while something is left to do.

#pragma once

#include <cstdint>
#include <vector>

#include "db/database.h"
#include "model/parent_change.h"

namespace store {

// What the account has not followed yet, in order; empty: nothing, or it belongs to nobody. Costs a look into an empty
// index where the reseller has none at all.
std::vector<ParentChange> list_parent_changes_for(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

// Of one parent, in order.
std::vector<ParentChange> list_parent_changes(db::Tx&, std::int64_t reseller_id, std::int64_t parent_id);
void insert_parent_change(db::Tx&, const ParentChange&);
void delete_parent_changes(db::Tx&, std::int64_t reseller_id, std::int64_t parent_id);

struct ParentKey {
    std::int64_t reseller_id = 0;
    std::int64_t parent_id = 0;
};
// Of all resellers of these parts (store/parts.h): those whose sub-accounts have still to follow.
std::vector<ParentKey> list_changed_parents(db::Tx&, std::int64_t parts, int limit);

// Of those that belong to the parent, removed ones among them, from the first after after_id.
std::vector<std::int64_t> list_sub_account_ids(db::Tx&, std::int64_t reseller_id, std::int64_t parent_id,
                                               std::int64_t after_id, int limit);

}  // namespace store
