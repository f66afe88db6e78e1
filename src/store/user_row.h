// A row of the table app_user, as all queries of store/ read it.

#pragma once

#include "db/database.h"
#include "model/user.h"

// Of app_user AS o, in the order that to_user() expects.
#define USER_COLUMNS                                                                                   \
    "o.id, o.reseller_id, o.email, o.created_at, o.first_name, o.middle_name, o.last_name, o.status, " \
    "o.privacy_policy_accepted_at, o.updated_at"

namespace store {

User to_user(const db::Row&, std::size_t first_column);

}  // namespace store
