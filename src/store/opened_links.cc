#include "store/opened_links.h"

namespace store {
namespace {

constexpr db::Query insert_query{"insert_opened_link",
                                 "INSERT INTO opened_link (reseller_id, issued_at, account_id, nonce)"
                                 " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"};
constexpr db::Query find_query{"find_opened_link",
                               "SELECT 1 FROM opened_link WHERE reseller_id = $1 AND issued_at = $2 AND account_id = $3"
                               " AND nonce = $4"};
constexpr db::Query delete_query{"delete_opened_links",
                                 "DELETE FROM opened_link WHERE reseller_id = $1 AND issued_at < $2"};

}  // namespace

void insert_opened_link(db::Tx& tx, const OpenedLink& link) {
    tx.change(insert_query, {link.reseller_id, to_milliseconds(link.issued_at), link.account_id, link.nonce},
              db::Expect::new_row);
}

bool is_opened_link(db::Tx& tx, const OpenedLink& link) {
    return !tx.run(find_query, {link.reseller_id, to_milliseconds(link.issued_at), link.account_id, link.nonce})
                .empty();
}

void delete_opened_links(db::Tx& tx, std::int64_t reseller_id, Instant issued_before) {
    tx.change(delete_query, {reseller_id, to_milliseconds(issued_before)}, db::Expect::any);
}

}  // namespace store
