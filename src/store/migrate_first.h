// The first tables of a database, together with what else it must never be found without.

#pragma once

#include <functional>
#include <vector>

#include "store/migrate.h"

namespace store {

// As migrate(). `first` is done in the transaction that fills an empty database; it may run twice.
// Refuses (Reason::conflict) also another program's database.
Result<Migrated> migrate(db::Database&, const std::vector<EmbeddedFile>& files,
                         const std::function<void(db::Tx&)>& first);

}  // namespace store
