// What a reseller's endpoints are sent, as a list and a feed for the reseller itself: the same events, of the same
// words (service/webhook_payload.h). Called by the partner API.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/resellers/list_events.h"
#include "engine/world.h"

struct ListSentEvents {
    std::optional<std::int64_t> account_id;  // of this account only
    std::string type = "*";                  // "account.held", "account.*"
    bool oldest_first = false;               // these three as of ListEvents
    bool starts_now = false;
    PageRequest<std::int64_t> page;
};

struct SentEvents {
    EventPage page;                         // of the caller's own reseller; tests of endpoints are left out
    std::vector<std::string> account_uids;  // one for each; empty: the event is of no account
    bool shows_reasons = false;             // the setting partners_see_reasons, as it is now
};

// Refuses, in this order: invalid type (unsupported); not_found (the account).
Result<SentEvents> list_sent_events(db::Tx&, World&, const Caller&, const ListSentEvents&);
