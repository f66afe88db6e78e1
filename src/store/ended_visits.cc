#include "store/ended_visits.h"

namespace store {
namespace {

constexpr db::Query put_query{"put_ended_visit",
                              "INSERT INTO ended_visit (reseller_id, issued_at, account_id, nonce)"
                              " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"};
constexpr db::Query find_query{"find_ended_visit",
                               "SELECT 1 FROM ended_visit WHERE reseller_id = $1 AND issued_at = $2 AND account_id = $3"
                               " AND nonce = $4"};
constexpr db::Query delete_query{"delete_ended_visits",
                                 "DELETE FROM ended_visit WHERE reseller_id = $1 AND issued_at < $2"};

}  // namespace

void put_ended_visit(db::Tx& tx, const EndedVisit& visit) {
    tx.change(put_query, {visit.reseller_id, to_milliseconds(visit.issued_at), visit.account_id, visit.nonce},
              db::Expect::any);
}

bool is_ended_visit(db::Tx& tx, const EndedVisit& visit) {
    return !tx.run(find_query, {visit.reseller_id, to_milliseconds(visit.issued_at), visit.account_id, visit.nonce})
                .empty();
}

void delete_ended_visits(db::Tx& tx, std::int64_t reseller_id, Instant issued_before) {
    tx.change(delete_query, {reseller_id, to_milliseconds(issued_before)}, db::Expect::any);
}

}  // namespace store
