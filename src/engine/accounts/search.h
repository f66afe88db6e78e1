// Finds accounts and resellers by whatever somebody has in hand, as it is typed: an id, the beginning of a uid, of an
// e-mail address or of a name, an activation token or the link around it, the id of a request. Looks at bounded pieces
// of indexes only. Called by the operator API, for the console.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/accounts/operate_account.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/reseller.h"

constexpr std::size_t search_length_max = 320;
constexpr int search_results_max = 50;

struct SearchEverything {
    std::string text;
    int limit = 10;  // of accounts, and of resellers; up to search_results_max
};

// In this order accounts are found: what is certain comes first.
enum class MatchedBy { id, activation_token, uid, email, name, request_id };

std::string_view to_string(MatchedBy);

struct FoundAccount {
    MatchedBy matched = MatchedBy::id;
    AccountDetails details;  // as it stands now; removed ones too, but not by uid
};

struct FoundEverything {
    std::vector<FoundAccount> accounts;
    std::vector<Reseller> resellers;
    bool has_more = false;  // or may have: not all resellers were looked at
};

// Within reach only. Refuses: invalid text (required: nothing to see; too_long).
Result<FoundEverything> search_everything(db::Tx&, World&, const Caller&, const SearchEverything&);
