// Redemption: the customer, or the vendor's sign-up system for them, presents the activation token of a link
// https://start.{domain}/partnership/redeem?t={type}&c={token}.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/account.h"

struct RedeemAccount {
    std::string token;
    AccountType type = AccountType::individual;  // as the link says
    std::optional<std::string> domain;           // of the host that the link led to; absent: not known
};

// entitled -> provisioned, once.
// Refuses, always in the same words (not_found): a token that is unknown, reissued or used, an account of another type
// or domain, held or closed. Whoever asks learns nothing but that this link does not work.
Result<Account> redeem_account(db::Tx&, World&, const std::string& request_id, const RedeemAccount&);

// The same checks without redeeming: what the page shows before the customer decides.
Result<Account> show_redeemable_account(db::Tx&, World&, const RedeemAccount&);
