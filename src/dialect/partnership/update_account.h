// updatePartnerAccount: where the two revisions ask different things of one member, and only the account can tell which
// of them counts.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

namespace partnership {

struct UpdateAccount {
    std::string uid;
    std::optional<Error> refusal;  // of a body that could not be read; told once the account says in whose words
    bool names_ends_at = false;
    std::optional<Instant> ends_at;    // absent though named: "" or null
    std::optional<Revision> revision;  // as the request itself says
    Revision fallback = Revision::partnership_openapi;
};

// A date-time moves the end. Rev A: the member must be there, and "" or null lifts the end (vendor's examples). Rev B:
// it may be missing, and then nothing changes; "" and null are no date-time.
// Refuses: malformed (the body); then as move_end_date does, with invalid ends_at (required, bad_format) after
// not_found and gone.
Result<Account> update_account(db::Tx&, World&, const Caller&, const UpdateAccount&);

}  // namespace partnership
