// What a database says of itself: the key with which it seals references, and whether it is a sandbox.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.h"
#include "core/result.h"
#include "db/database.h"
#include "engine/world.h"

enum class Mode { production, sandbox };

struct DatabaseIdentity {
    SealingKey sealing_key;
    Mode mode;
    bool is_new;                               // made just now: nothing is in it
    std::optional<StampKeys> stamp_keys = {};  // absent: never rotated; those are the sealing key
    bool has_key_file = false;                 // they lie elsewhere
};

// Reads it; makes it when the database is new, with the key and mode given.
// Refuses: conflict (a copy that is not finished, see note_copy(); the database was made for the other mode: fixed
// credentials must never reach production).
Result<DatabaseIdentity> establish_identity(db::Tx&, const SealingKey& new_key, Mode);

// The keys of sessions and links, as this database keeps them itself.
StampKeys own_stamp_keys(const DatabaseIdentity&);
void put_stamp_keys(db::Tx&, const StampKeys&);

// From now on a file has them, and the database without that file forges nothing. What it had is forgotten.
void note_key_file(db::Tx&);

// For those who only read. Refuses: conflict (a copy that is not finished), not_found (a database that was never
// served).
Result<DatabaseIdentity> get_identity(db::Tx&);

// A setting that stands in a database as long as another one is being copied into it, and says of which it is a copy:
// until the settings themselves are copied, which come last, nobody else may go on with it.
constexpr std::string_view copy_setting = "copy_under_way";
void note_copy(db::Tx&, std::string_view of);
std::optional<std::string> find_copy(db::Tx&);
// Refuses: conflict (there is one).
Result<void> refuse_unfinished_copy(db::Tx&);

// Ids grow (see World): new ones begin behind this.
std::int64_t greatest_id(db::Tx&);

// Whether there is any reseller: a database without has not been set up yet.
bool has_resellers(db::Tx&);
