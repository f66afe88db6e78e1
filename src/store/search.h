// Accounts by what somebody remembers of them: the beginning of an e-mail address or of a name, the id of a request.
// Each look-up walks a bounded piece of an index.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace store {

// Of users, then of contacts, whose key (engine/email.h) begins so, by key; removed accounts too. An account may be
// there twice.
std::vector<std::int64_t> list_accounts_by_email_prefix(db::Tx&, std::int64_t reseller_id, std::string_view prefix,
                                                        int limit);

// Whose name begins so; the prefix in lower-case ASCII letters. By name.
std::vector<std::int64_t> list_accounts_by_name_prefix(db::Tx&, std::int64_t reseller_id, std::string_view prefix,
                                                       int limit);

struct AccountOfRequest {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
};
// Of all resellers: what a request did, if that is among so many of the latest events. Newest first.
std::vector<AccountOfRequest> list_accounts_of_request(db::Tx&, std::string_view request_id, int events_max, int limit);

}  // namespace store
