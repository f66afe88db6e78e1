// The activation token: the coupon code in a customer's redemption link. "PNS-" and 26 characters of A-Z and 2-7: the
// account's address, sealed (see core/crypto.h), so that it is found without an index over random values.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "engine/world.h"
#include "model/account.h"

std::string new_activation_token(World&, const Account&);

// What the token says, whether or not there is such an account; absent: no such text.
std::optional<Reference> open_activation_token(const World&, std::string_view token);

// The account whose current token this is, removed or not; absent: nobody's. Whatever the text, never says why.
std::optional<Account> find_account_by_token(db::Tx&, const World&, std::string_view token);
