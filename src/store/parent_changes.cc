#include "store/parent_changes.h"

#include "store/convert.h"
#include "store/parts.h"

namespace store {
namespace {

#define PARENT_CHANGE_COLUMNS                                                                                    \
    "reseller_id, parent_id, follows, at, credential_id, request_id, actor_kind, actor_id, api, remote_address," \
    " reason, comment, through_id, trace"

// The first of the three is a gate: as long as it is empty, nobody asks whose sub-account this is.
constexpr db::Query list_for_query{
    "list_parent_changes_for",
    "SELECT " PARENT_CHANGE_COLUMNS
    " FROM parent_change WHERE reseller_id = $1 AND parent_id ="
    " (SELECT s.parent_id FROM (SELECT 1 FROM parent_change WHERE reseller_id = $1 LIMIT 1) gate"
    " CROSS JOIN subscription s WHERE s.account_id = $2 AND s.reseller_id = $1)"
    " AND through_id < $2 ORDER BY follows"};
constexpr db::Query list_query{"list_parent_changes",
                               "SELECT " PARENT_CHANGE_COLUMNS
                               " FROM parent_change WHERE reseller_id = $1 AND parent_id = $2 ORDER BY follows"};
constexpr db::Query insert_query{"insert_parent_change",
                                 "INSERT INTO parent_change (" PARENT_CHANGE_COLUMNS
                                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
constexpr db::Query delete_query{"delete_parent_changes",
                                 "DELETE FROM parent_change WHERE reseller_id = $1 AND parent_id = $2"};
constexpr db::Query list_parents_query{"list_changed_parents",
                                       "SELECT DISTINCT reseller_id, parent_id FROM parent_change WHERE " IS_OF_PARTS(
                                           "reseller_id", "$2") " ORDER BY reseller_id, parent_id LIMIT $1"};
constexpr db::Query list_ids_query{"list_sub_account_ids",
                                   "SELECT account_id FROM subscription WHERE reseller_id = $1 AND parent_id = $2"
                                   " AND account_id > $3 ORDER BY account_id LIMIT $4"};

ParentChange to_change(const db::Row& row) {
    return {
        .reseller_id = row.integer(0),
        .parent_id = row.integer(1),
        .follows = Follow(row.integer(2)),
        .at = from_milliseconds(row.integer(3)),
        .through_id = row.integer(12),
        .credential_id = row.find_integer(4),
        .request_id = row.text(5),
        .trace = row.text(13),
        .actor = {.kind = ActorKind(row.integer(6)), .id = row.find_integer(7)},
        .api = row.text(8),
        .remote_address = row.text(9),
        .why = {.reason = row.text(10), .comment = row.text(11)},
    };
}

std::vector<ParentChange> to_changes(const db::Rows& rows) {
    std::vector<ParentChange> changes;
    for (std::size_t i = 0; i < rows.size(); ++i) changes.push_back(to_change(rows[i]));
    return changes;
}

}  // namespace

std::vector<ParentChange> list_parent_changes_for(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    return to_changes(tx.run(list_for_query, {reseller_id, account_id}));
}

std::vector<ParentChange> list_parent_changes(db::Tx& tx, std::int64_t reseller_id, std::int64_t parent_id) {
    return to_changes(tx.run(list_query, {reseller_id, parent_id}));
}

void insert_parent_change(db::Tx& tx, const ParentChange& change) {
    tx.change(insert_query,
              {change.reseller_id, change.parent_id, int(change.follows), to_milliseconds(change.at),
               change.credential_id, change.request_id, int(change.actor.kind), change.actor.id, change.api,
               change.remote_address, change.why.reason, change.why.comment, change.through_id, change.trace},
              db::Expect::any);
}

void delete_parent_changes(db::Tx& tx, std::int64_t reseller_id, std::int64_t parent_id) {
    tx.change(delete_query, {reseller_id, parent_id}, db::Expect::any);
}

std::vector<ParentKey> list_changed_parents(db::Tx& tx, std::int64_t parts, int limit) {
    const db::Rows rows = tx.run(list_parents_query, {limit, parts});
    std::vector<ParentKey> parents;
    for (std::size_t i = 0; i < rows.size(); ++i) parents.push_back({rows[i].integer(0), rows[i].integer(1)});
    return parents;
}

std::vector<std::int64_t> list_sub_account_ids(db::Tx& tx, std::int64_t reseller_id, std::int64_t parent_id,
                                               std::int64_t after_id, int limit) {
    const db::Rows rows = tx.run(list_ids_query, {reseller_id, parent_id, after_id, limit});
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i].integer(0));
    return ids;
}

}  // namespace store
