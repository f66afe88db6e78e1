// Redemption: the customer, or the vendor's sign-up system for them, presents the activation token of a link
// https://start.{domain}/partnership/redeem?t={type}&c={token}.
//
// Refusals are all alike (not_found, "This link cannot be used."): a token that is unknown, reissued or used, an
// account of another type or domain, held or closed. Whoever asks learns nothing but that this link does not work, also
// not from the time that it takes: whatever is wrong, the same look-ups are done.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/accounts/operate_account.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct RedeemAccount {
    std::string token;
    std::optional<AccountType> type = AccountType::individual;  // as the link says; absent: not known
    std::optional<std::string> domain = {};                     // of the host that the link led to; absent: not known
    std::optional<std::string> email = {};                      // of the customer, who becomes the account's owner
    bool has_account = false;                                   // with the vendor already, under this address
};

struct Redeemable {
    Account account;
    Reseller reseller;
};

// What the page shows before the customer decides.
Result<Redeemable> show_redeemable(db::Tx&, World&, const RedeemAccount&);
Result<Account> show_redeemable_account(db::Tx&, World&, const RedeemAccount&);

// entitled -> provisioned, once. Somebody of that address who has redeemed the token already is told so again: people
// press buttons twice. The e-mail address names a user of the reseller, a new one if it is not known. Refuses, in this
// order: not_found; invalid email (bad_format).
Result<Account> redeem_account(db::Tx&, World&, Caller visitor, const RedeemAccount&);

// The same for operators: within their reach only.
Result<Redeemable> show_redeemable_for(db::Tx&, World&, const Caller&, const RedeemAccount&);
Result<AccountDetails> redeem_account_for(db::Tx&, World&, const Caller&, const RedeemAccount&);
