// The operations on accounts, for operators: by the account's id, anywhere within reach, and only if the account is as
// they have last seen it. Each does what the operation of the same name does for the reseller itself.

#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "db/database.h"
#include "engine/accounts/open_account.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"
#include "model/user.h"

struct AccountDetails {
    Account account;
    std::optional<User> owner;  // once the token has been redeemed with an e-mail address
};

AccountDetails with_owner(db::Tx&, Account);

struct ShowAccountById {
    std::int64_t account_id = 0;
};

struct ShowAccountByUid {
    std::int64_t reseller_id = 0;
    std::string uid;
};

// Tombstones too. Refuses: not_found.
Result<AccountDetails> show_account_by_id(db::Tx&, World&, const Caller&, const ShowAccountById&);
// Refuses: not_found; gone (only a tombstone is left).
Result<AccountDetails> show_account_by_uid(db::Tx&, World&, const Caller&, const ShowAccountByUid&);

struct OpenAccountFor {
    std::int64_t reseller_id = 0;
    OpenAccount open;
    Why why = {};  // as of OperateAccount
};

// Refuses: not_found (the reseller); as open_account().
Result<AccountDetails> open_account_for(db::Tx&, World&, const Caller&, const OpenAccountFor&);

struct OperateAccount {
    std::int64_t account_id = 0;
    std::optional<Instant> ends_at;     // to move_end_date_by_id
    std::int64_t deployed_members = 0;  // to report_members_by_id
    Why why = {};                       // instead of what the caller says already, member by member
};

// All refuse first, in this order: not_found; gone (removed). Then as the operation does.
Result<AccountDetails> move_end_date_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> hold_account_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> lift_account_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> close_account_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> remove_account_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> reissue_token_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
Result<AccountDetails> report_members_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);

// Writes a comment down among the account's events; nothing else changes but the version.
// Refuses, in this order: not_found; conflict (version stale); invalid comment (required). Tombstones take notes too.
Result<AccountDetails> note_account_by_id(db::Tx&, World&, const Caller&, const OperateAccount&);
