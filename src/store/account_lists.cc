#include "store/account_lists.h"

#include <string_view>
#include <tuple>

#include "store/account_row.h"
#include "store/convert.h"

namespace store {
namespace {

// The inner SELECT walks the range and ends after rows_max rows; the outer one picks from them. Neither database sorts
// again what comes out of an ordered, limited inner SELECT; is_in_order() below does not rely on it.
#define PICK(inner, conditions, limit) \
    "SELECT " ACCOUNT_COLUMNS " FROM (SELECT account.* FROM " inner ") AS candidate WHERE " conditions " LIMIT " limit
#define EXTENT(place, inner) "SELECT " place ", id FROM (SELECT account.* FROM " inner ") AS candidate"

#define CONDITIONS(state, type, domain, uid_from, uid_before, ends_after, ends_before)            \
    "(" ACCOUNT_STATE " <> 6 OR " state " = 6) AND (" ACCOUNT_STATE " = " state " OR " state      \
    " IS NULL)"                                                                                   \
    " AND (type = " type " OR " type " IS NULL) AND (domain = " domain " OR " domain              \
    " IS NULL)"                                                                                   \
    " AND (uid >= " uid_from " OR " uid_from " IS NULL) AND (uid < " uid_before " OR " uid_before \
    " IS NULL)"                                                                                   \
    " AND (ends_at > " ends_after " OR " ends_after                                               \
    " IS NULL)"                                                                                   \
    " AND (ends_at < " ends_before " OR " ends_before " IS NULL)"
#define CONDITIONS_FROM_6 CONDITIONS("$6", "$7", "$8", "$9", "$10", "$11", "$12")
#define CONDITIONS_FROM_8 CONDITIONS("$8", "$9", "$10", "$11", "$12", "$13", "$14")

// $1 reseller, $2 state or user, $3 after, $4 before, $5 rows
#define IN_STATE(direction)                                                                                    \
    "account WHERE reseller_id = $1 AND " ACCOUNT_STATE " = $2 AND id > $3 AND id < $4 ORDER BY id " direction \
    " LIMIT $5"
#define OF_USER(direction)                                                                                \
    "account_user JOIN account ON account.id = account_user.account_id"                                   \
    " WHERE account_user.reseller_id = $1 AND account_user.user_id = $2 AND account_user.account_id > $3" \
    " AND account_user.account_id < $4 ORDER BY account_user.account_id " direction " LIMIT $5"
// The plus signs keep the primary key the way to go: $1 and $2 are 0.
#define OF_ALL(direction)                                                              \
    "account WHERE +reseller_id > $1 AND +stage > $2 AND id > $3 AND id < $4 ORDER BY" \
    " id " direction " LIMIT $5"
// $1 reseller, $2 and $3 after, $4 and $5 before, $6 rows, $7 accounts
#define BY_UID(direction)                                                                                        \
    "account WHERE reseller_id = $1 AND removed_at IS NULL AND uid >= $2 AND (uid, id) > ($2, $3) AND uid <= $4" \
    " AND (uid, id) < ($4, $5) ORDER BY uid " direction ", id " direction " LIMIT $6"
#define BY_ENDS_AT(direction)                                                                                    \
    "account WHERE reseller_id = $1 AND ends_at IS NOT NULL AND ends_at >= $2 AND (ends_at, id) > ($2, $3) AND " \
    "ends_at <= $4"                                                                                              \
    " AND (ends_at, id) < ($4, $5) ORDER BY ends_at " direction ", id " direction " LIMIT $6"

// Without conditions, which are the most frequent by far.
constexpr db::Query plain_in_state[] = {
    {"list_accounts_in_state", "SELECT " ACCOUNT_COLUMNS " FROM " IN_STATE("ASC")},
    {"list_accounts_in_state_descending", "SELECT " ACCOUNT_COLUMNS " FROM " IN_STATE("DESC")}};

constexpr db::Query plain_by_uid[] = {
    {"list_accounts_by_uid", "SELECT " ACCOUNT_COLUMNS " FROM " BY_UID("ASC")},
    {"list_accounts_by_uid_descending", "SELECT " ACCOUNT_COLUMNS " FROM " BY_UID("DESC")}};

struct Queries {
    db::Query pick;
    db::Query extent;
};

constexpr Queries in_state[] = {
    {{"pick_accounts_in_state", PICK(IN_STATE("ASC"), CONDITIONS_FROM_6, "$13")},
     {"extent_in_state", EXTENT("id", IN_STATE("ASC"))}},
    {{"pick_accounts_in_state_descending", PICK(IN_STATE("DESC"), CONDITIONS_FROM_6, "$13")},
     {"extent_in_state_descending", EXTENT("id", IN_STATE("DESC"))}}};
constexpr Queries of_user[] = {{{"pick_accounts_of_user", PICK(OF_USER("ASC"), CONDITIONS_FROM_6, "$13")},
                                {"extent_of_user", EXTENT("id", OF_USER("ASC"))}},
                               {{"pick_accounts_of_user_descending", PICK(OF_USER("DESC"), CONDITIONS_FROM_6, "$13")},
                                {"extent_of_user_descending", EXTENT("id", OF_USER("DESC"))}}};
constexpr Queries of_all[] = {{{"pick_all_accounts", PICK(OF_ALL("ASC"), CONDITIONS_FROM_6, "$13")},
                               {"extent_of_all", EXTENT("id", OF_ALL("ASC"))}},
                              {{"pick_all_accounts_descending", PICK(OF_ALL("DESC"), CONDITIONS_FROM_6, "$13")},
                               {"extent_of_all_descending", EXTENT("id", OF_ALL("DESC"))}}};
constexpr Queries by_uid[] = {{{"pick_accounts_by_uid", PICK(BY_UID("ASC"), CONDITIONS_FROM_8, "$7")},
                               {"extent_by_uid", EXTENT("uid", BY_UID("ASC"))}},
                              {{"pick_accounts_by_uid_descending", PICK(BY_UID("DESC"), CONDITIONS_FROM_8, "$7")},
                               {"extent_by_uid_descending", EXTENT("uid", BY_UID("DESC"))}}};
constexpr Queries by_ends_at[] = {
    {{"pick_accounts_by_ends_at", PICK(BY_ENDS_AT("ASC"), CONDITIONS_FROM_8, "$7")},
     {"extent_by_ends_at", EXTENT("ends_at", BY_ENDS_AT("ASC"))}},
    {{"pick_accounts_by_ends_at_descending", PICK(BY_ENDS_AT("DESC"), CONDITIONS_FROM_8, "$7")},
     {"extent_by_ends_at_descending", EXTENT("ends_at", BY_ENDS_AT("DESC"))}}};

constexpr db::Query find_reseller_query{"find_reseller_of_account", "SELECT reseller_id FROM account WHERE id = $1"};

template <class Enum>
std::optional<std::int64_t> to_number(const std::optional<Enum>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

db::Rows run_by_id(db::Tx& tx, const db::Query& query, const AccountRange& range, std::int64_t of,
                   const AccountConditions& conditions, int accounts_max, int rows_max) {
    return tx.run(query, {range.reseller_id, of, range.after.id, range.before.id, rows_max, to_number(conditions.state),
                          to_number(conditions.type), conditions.domain, conditions.uid_from, conditions.uid_before,
                          to_column(conditions.ends_after), to_column(conditions.ends_before), accounts_max});
}

template <class Place>
db::Rows run_by_place(db::Tx& tx, const db::Query& query, const AccountRange& range, Place AccountPlace::*place,
                      const AccountConditions& conditions, int accounts_max, int rows_max) {
    return tx.run(query, {range.reseller_id, range.after.*place, range.after.id, range.before.*place, range.before.id,
                          rows_max, accounts_max, to_number(conditions.state), to_number(conditions.type),
                          conditions.domain, conditions.uid_from, conditions.uid_before,
                          to_column(conditions.ends_after), to_column(conditions.ends_before)});
}

db::Rows pick(db::Tx& tx, const AccountRange& range, const AccountConditions& conditions, int accounts_max,
              int rows_max) {
    switch (range.order) {
    case AccountRange::Order::by_id_in_state:
        return run_by_id(tx, in_state[range.descending].pick, range, int(range.state), conditions, accounts_max,
                         rows_max);
    case AccountRange::Order::by_id_of_user:
        return run_by_id(tx, of_user[range.descending].pick, range, range.user_id, conditions, accounts_max, rows_max);
    case AccountRange::Order::by_id_of_all:
        return run_by_id(tx, of_all[range.descending].pick, range, 0, conditions, accounts_max, rows_max);
    case AccountRange::Order::by_uid:
        return run_by_place(tx, by_uid[range.descending].pick, range, &AccountPlace::uid, conditions, accounts_max,
                            rows_max);
    case AccountRange::Order::by_ends_at:
        return run_by_place(tx, by_ends_at[range.descending].pick, range, &AccountPlace::ends_at_ms, conditions,
                            accounts_max, rows_max);
    }
    throw db::Broken("scan_accounts: no such order");
}

db::Rows extent(db::Tx& tx, const AccountRange& range, int rows_max) {
    const AccountPlace& after = range.after;
    const AccountPlace& before = range.before;
    switch (range.order) {
    case AccountRange::Order::by_id_in_state:
        return tx.run(in_state[range.descending].extent,
                      {range.reseller_id, int(range.state), after.id, before.id, rows_max});
    case AccountRange::Order::by_id_of_user:
        return tx.run(of_user[range.descending].extent,
                      {range.reseller_id, range.user_id, after.id, before.id, rows_max});
    case AccountRange::Order::by_id_of_all:
        return tx.run(of_all[range.descending].extent, {0, 0, after.id, before.id, rows_max});
    case AccountRange::Order::by_uid:
        return tx.run(by_uid[range.descending].extent,
                      {range.reseller_id, after.uid, after.id, before.uid, before.id, rows_max});
    case AccountRange::Order::by_ends_at:
        return tx.run(by_ends_at[range.descending].extent,
                      {range.reseller_id, after.ends_at_ms, after.id, before.ends_at_ms, before.id, rows_max});
    }
    throw db::Broken("scan_accounts: no such order");
}

AccountPlace place_of(const Account& account, AccountRange::Order order) {
    AccountPlace place{.id = account.id};
    if (order == AccountRange::Order::by_uid) place.uid = account.uid;
    if (order == AccountRange::Order::by_ends_at && account.ends_at)
        place.ends_at_ms = to_milliseconds(*account.ends_at);
    return place;
}

AccountPlace place_of(const db::Row& row, AccountRange::Order order) {
    AccountPlace place{.id = row.integer(1)};
    if (order == AccountRange::Order::by_uid) place.uid = row.text(0);
    if (order == AccountRange::Order::by_ends_at) place.ends_at_ms = row.integer(0);
    return place;
}

bool is_before(const Account& left, const Account& right, AccountRange::Order order) {
    if (order == AccountRange::Order::by_uid) return std::tie(left.uid, left.id) < std::tie(right.uid, right.id);
    if (order == AccountRange::Order::by_ends_at)
        return std::tie(left.ends_at, left.id) < std::tie(right.ends_at, right.id);
    return left.id < right.id;
}

bool is_in_order(const std::vector<Account>& accounts, const AccountRange& range) {
    for (std::size_t i = 1; i < accounts.size(); ++i) {
        const Account& left = accounts[range.descending ? i : i - 1];
        const Account& right = accounts[range.descending ? i - 1 : i];
        if (!is_before(left, right, range.order)) return false;
    }
    return true;
}

// The place may be anybody's invention: whether it lies within the prefix is looked at here.
bool is_within_prefix(const AccountRange& range, const AccountConditions& conditions) {
    const bool begins = !conditions.uid_from || range.after.uid >= *conditions.uid_from;
    const bool ends = !conditions.uid_before || range.before.uid < *conditions.uid_before ||
                      (range.before.uid == *conditions.uid_before && range.before.id == 0);
    return begins && ends;
}

// Leaves out the conditions that the range itself makes true.
bool needs_picking(const AccountRange& range, AccountConditions conditions) {
    switch (range.order) {
    case AccountRange::Order::by_id_in_state:
        if (!conditions.state || conditions.state == range.state) conditions.state.reset();
        return conditions.any();
    case AccountRange::Order::by_uid:
        if (!is_within_prefix(range, conditions)) return true;
        conditions.uid_from.reset();
        conditions.uid_before.reset();
        return conditions.any();
    case AccountRange::Order::by_id_of_user:
    case AccountRange::Order::by_id_of_all:
    case AccountRange::Order::by_ends_at: break;
    }
    return true;
}

db::Rows list_plainly(db::Tx& tx, const AccountRange& range, int limit) {
    const AccountPlace& after = range.after;
    const AccountPlace& before = range.before;
    if (range.order == AccountRange::Order::by_uid)
        return tx.run(plain_by_uid[range.descending],
                      {range.reseller_id, after.uid, after.id, before.uid, before.id, limit});
    return tx.run(plain_in_state[range.descending], {range.reseller_id, int(range.state), after.id, before.id, limit});
}

ScannedAccounts scan_plainly(db::Tx& tx, const AccountRange& range, int limit) {
    ScannedAccounts scanned{to_accounts(list_plainly(tx, range, limit)), {}, false};
    scanned.is_at_end = static_cast<int>(scanned.accounts.size()) < limit;
    if (!scanned.accounts.empty()) scanned.through = place_of(scanned.accounts.back(), range.order);
    return scanned;
}

}  // namespace

ScannedAccounts scan_accounts(db::Tx& tx, const AccountRange& range, const AccountConditions& conditions,
                              int accounts_max, int rows_max) {
    if (!needs_picking(range, conditions)) return scan_plainly(tx, range, accounts_max);
    ScannedAccounts scanned{to_accounts(pick(tx, range, conditions, accounts_max, rows_max)), {}, false};
    if (!is_in_order(scanned.accounts, range)) throw db::Broken("scan_accounts: out of order");
    if (static_cast<int>(scanned.accounts.size()) == accounts_max) {
        scanned.through = place_of(scanned.accounts.back(), range.order);
        return scanned;
    }
    // It came short: was that the end of the range, or of the rows allowed?
    const db::Rows rows = extent(tx, range, rows_max);
    scanned.is_at_end = static_cast<int>(rows.size()) < rows_max;
    if (!rows.empty()) scanned.through = place_of(rows[rows.size() - 1], range.order);
    return scanned;
}

std::optional<std::int64_t> find_reseller_of_account(db::Tx& tx, std::int64_t account_id) {
    const db::Rows rows = tx.run(find_reseller_query, {account_id});
    if (rows.empty()) return std::nullopt;
    return rows[0].integer(0);
}

}  // namespace store
