// Managers and their tokens, as the operator keeps them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/resellers/add_reseller.h"
#include "engine/world.h"
#include "model/manager.h"

// An id of 0 is given here; a created_at of 1970 becomes now.
// Refuses: invalid, all at once: reseller (unknown), id (out_of_range), name (required, too_long, bad_characters),
// email (required, too_long, bad_characters, bad_format), phone (bad_format), photo (too_long, bad_characters),
// custom_attributes.KEY (as for accounts); conflict (the id is taken).
Result<Manager> add_manager(db::Tx&, World&, Manager);

// Replaces all but the ids and created_at. Values of attributes that are no more may stay. A manager who becomes
// inactive can call no more from that moment. Refuses: not_found; else as add_manager.
Result<Manager> change_manager(db::Tx&, World&, Manager);

// A new token; the manager's others stop at once.
// Refuses as add_credential.
Result<NewCredential> issue_manager_token(db::Tx&, World&, std::int64_t reseller_id, std::int64_t manager_id,
                                          std::optional<std::string> secret = {});
