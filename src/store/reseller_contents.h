// What is in a reseller, and its end.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"

namespace store {

// What there is of a reseller that has to be gone before it can go, by the nouns of the operator API: "accounts"
// (removed ones count), "managers", ...
std::vector<std::string> list_reseller_contents(db::Tx&, std::int64_t reseller_id);

bool has_operator_credentials(db::Tx&, std::int64_t reseller_id);

// With it go its credentials, promotions, settings and rights; kept answers and runs of workflows are left to be
// deleted in lots. Its events and names stay. Throws when anything else is left in it.
void delete_reseller(db::Tx&, std::int64_t reseller_id);

std::optional<std::int64_t> find_forgotten_reseller(db::Tx&);  // of which not all is gone
// At most so many rows of what is left of it.
void delete_rest_of_reseller(db::Tx&, std::int64_t reseller_id, int limit);

// Whether there is a reseller of that id, or ever was one: its events are still there, and are nobody else's.
bool is_reseller_id_used(db::Tx&, std::int64_t id);

}  // namespace store
