#include "store/stored_answers.h"

#include "store/convert.h"
#include "store/parts.h"

namespace store {
namespace {

#define OWNED_KEY "reseller_id = $1 AND kind = $2 AND manager_id = $3 AND credential_id = $4 AND key_sha256 = $5"

constexpr db::Query find_query{"find_stored_answer",
                               "SELECT fingerprint, answer, expires_at FROM stored_answer WHERE " OWNED_KEY};
constexpr db::Query put_query{
    "put_stored_answer",
    "INSERT INTO stored_answer (reseller_id, kind, manager_id, credential_id, key_sha256, fingerprint, answer,"
    " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (reseller_id, kind, manager_id, credential_id, key_sha256) DO UPDATE SET"
    " fingerprint = excluded.fingerprint, answer = excluded.answer, expires_at = excluded.expires_at"};

// Each reseller is asked by itself, for its index: a join of the two might look through all answers.
#define OWN_TIME "coalesce(reseller.clock_frozen_at, $1 + reseller.clock_offset_ms)"
constexpr db::Query find_expired_query{
    "find_reseller_with_expired_answers",
    "SELECT reseller.id, " OWN_TIME
    " FROM reseller WHERE reseller.id > $2 AND " IS_OF_PARTS("reseller.id", "$3")
    " AND EXISTS (SELECT 1 FROM stored_answer"
    " WHERE stored_answer.reseller_id = reseller.id AND stored_answer.expires_at <= " OWN_TIME
    ") ORDER BY reseller.id LIMIT 1"};
constexpr db::Query list_expired_query{"list_expired_answers",
                                       "SELECT kind, manager_id, credential_id, key_sha256 FROM stored_answer"
                                       " WHERE reseller_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3"};
constexpr db::Query list_of_reseller_query{
    "list_answers_of_reseller",
    "SELECT kind, manager_id, credential_id, key_sha256 FROM stored_answer WHERE reseller_id = $1 LIMIT $2"};
constexpr db::Query delete_query{"delete_stored_answer", "DELETE FROM stored_answer WHERE " OWNED_KEY};

int delete_all(db::Tx& tx, std::int64_t reseller_id, const db::Rows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        tx.change(delete_query,
                  {reseller_id, rows[i].integer(0), rows[i].integer(1), rows[i].integer(2), rows[i].text(3)},
                  db::Expect::any);
    return static_cast<int>(rows.size());
}

}  // namespace

std::optional<StoredAnswer> find_stored_answer(db::Tx& tx, const KeyOwner& owner, std::string_view key_sha256) {
    const db::Rows rows =
        tx.run(find_query, {owner.reseller_id, int(owner.kind), owner.manager_id, owner.credential_id, key_sha256});
    if (rows.empty()) return std::nullopt;
    return StoredAnswer{
        .fingerprint = rows[0].text(0), .answer = rows[0].text(1), .expires_at = from_milliseconds(rows[0].integer(2))};
}

void put_stored_answer(db::Tx& tx, const KeyOwner& owner, std::string_view key_sha256, const StoredAnswer& answer) {
    tx.change(put_query,
              {owner.reseller_id, int(owner.kind), owner.manager_id, owner.credential_id, key_sha256,
               answer.fingerprint, answer.answer, to_milliseconds(answer.expires_at)},
              db::Expect::any);
}

int delete_expired_answers(db::Tx& tx, Instant now, std::int64_t parts, int limit) {
    int deleted = 0;
    std::int64_t reseller_id = 0;
    while (deleted < limit) {
        const db::Rows reseller = tx.run(find_expired_query, {to_milliseconds(now), reseller_id, parts});
        if (reseller.empty()) break;
        reseller_id = reseller[0].integer(0);
        deleted += delete_all(tx, reseller_id,
                              tx.run(list_expired_query, {reseller_id, reseller[0].integer(1), limit - deleted}));
    }
    return deleted;
}

int delete_answers_of_reseller(db::Tx& tx, std::int64_t reseller_id, int limit) {
    return delete_all(tx, reseller_id, tx.run(list_of_reseller_query, {reseller_id, limit}));
}

std::optional<std::int64_t> find_reseller_with_expired_answers(db::Tx& tx, Instant now, std::int64_t parts) {
    const db::Rows rows = tx.run(find_expired_query, {to_milliseconds(now), 0, parts});
    if (rows.empty()) return std::nullopt;
    return rows[0].integer(0);
}

}  // namespace store
