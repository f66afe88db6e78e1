// How an account is shown: the document's resource, member for member.

#pragma once

#include "dialect/activeplatform/resource.h"
#include "dialect/dialect.h"
#include "engine/customer.h"

namespace activeplatform {

constexpr std::string_view accounts_type = "accounts";

void write_account(JsonWriter&, const Customer&, const Caller&, const View&);

// What can be asked for wherever accounts are answered.
const Allowed& allowed_of_accounts();

}  // namespace activeplatform
