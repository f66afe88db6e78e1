// Links for signing in that have been opened, kept as long as somebody could try again.

#pragma once

#include <cstdint>

#include "core/time.h"
#include "db/database.h"

namespace store {

struct OpenedLink {
    std::int64_t reseller_id = 0;
    std::int64_t account_id = 0;
    Instant issued_at;
    std::int64_t nonce = 0;
};

void insert_opened_link(db::Tx&, const OpenedLink&);  // throws db::Duplicate when it has been opened already
bool is_opened_link(db::Tx&, const OpenedLink&);
void delete_opened_links(db::Tx&, std::int64_t reseller_id, Instant issued_before);

}  // namespace store
