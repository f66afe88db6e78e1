// The keys of sessions and links in a file of their own (--key-file), so that a backup of the database forges no
// session. Readable by its owner only. Used by serve, init and key rotate.

#pragma once

#include <string>

#include "core/result.h"
#include "engine/upkeep/stamp_keys.h"

// Refuses: not_found; conflict (others may read it); invalid (it holds no keys).
Result<StampKeys> read_key_file(const std::string& path);

// Refuses: conflict (there is a file of that name); unavailable (it cannot be written).
Result<void> create_key_file(const std::string& path, const StampKeys&);

// Whoever reads it meanwhile finds the old keys or the new ones. Refuses: unavailable.
Result<void> replace_key_file(const std::string& path, const StampKeys&);

// The file that is meant: the one that is named, else the credential "partnerd.key" of systemd's; empty: none.
std::string choose_key_file(const std::string& named);
