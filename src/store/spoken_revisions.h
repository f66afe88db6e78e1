// In which revision of the Partnership API the holder of a credential spoke last. Nobody keeps it in memory by what is
// written here: it does not invalidate.

#pragma once

#include <cstdint>
#include <optional>

#include "core/revision.h"
#include "db/database.h"

namespace store {

std::optional<Revision> find_spoken_revision(db::Tx&, std::int64_t reseller_id, std::int64_t credential_id);
void put_spoken_revision(db::Tx&, std::int64_t reseller_id, std::int64_t credential_id, Revision);

}  // namespace store
