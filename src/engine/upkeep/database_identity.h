// What a database says of itself: the key with which it seals references, and whether it is a sandbox.

#pragma once

#include <cstdint>

#include "core/crypto.h"
#include "core/result.h"
#include "db/database.h"

enum class Mode { production, sandbox };

struct DatabaseIdentity {
    SealingKey sealing_key;
    Mode mode;
    bool is_new;  // made just now: nothing is in it
};

// Reads it; makes it when the database is new, with the key and mode given.
// Refuses: conflict (the database was made for the other mode: fixed credentials must never reach production).
Result<DatabaseIdentity> establish_identity(db::Tx&, const SealingKey& new_key, Mode);

// For those who only read. Refuses: not_found (a database that was never served).
Result<DatabaseIdentity> get_identity(db::Tx&);

// Ids grow (see World): new ones begin behind this.
std::int64_t greatest_id(db::Tx&);
