// What is in a reseller, and its end.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/database.h"

namespace store {

// What there is of a reseller that has to be gone before it can go, by the nouns of the operator API: "accounts"
// (removed ones count), "managers", ...
std::vector<std::string> list_reseller_contents(db::Tx&, std::int64_t reseller_id);

// With it go its credentials, promotions, settings and rights, kept answers, and runs of workflows. Its events and
// names stay. Throws when anything else is left in it.
void delete_reseller(db::Tx&, std::int64_t reseller_id);

// Whether there is a reseller of that id, or ever was one: its events are still there, and are nobody else's.
bool is_reseller_id_used(db::Tx&, std::int64_t id);

}  // namespace store
