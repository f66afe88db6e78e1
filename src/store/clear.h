// Empties the database, down to its tables and what it says of itself (its key, its mode). For sandboxes.

#pragma once

#include "db/database.h"

namespace store {

// In one go, whatever there is: the databases' own way of emptying a whole table. Whoever adds a table adds it here.
void delete_everything(db::Tx&);

}  // namespace store
