#include "store/account_lists.h"

#include <string_view>
#include <tuple>

#include "store/account_row.h"
#include "store/convert.h"

namespace store {
namespace {

// The inner SELECT walks the range, in its index alone, and ends after rows_max rows; the outer one looks at the
// accounts themselves and picks. CROSS JOIN has SQLite do so row by row, and stop with the last account that is wanted.
// Neither database sorts again what comes out of an ordered, limited inner SELECT; is_in_order() below does not rely on
// it. Where the range is of one reseller, `conditions` says so once more: there alone the row is looked for.
#define PICK(id, range, order, rows_max, conditions, accounts_max)                                                     \
    "SELECT " ACCOUNT_COLUMNS " FROM (SELECT " id " AS candidate_id FROM " range " ORDER BY " order " LIMIT " rows_max \
    ") AS candidate CROSS JOIN account WHERE account.id = candidate_id AND " conditions " LIMIT " accounts_max
// The row that so many others come before, if there is one.
#define EXTENT(place, id, range, order, rows) \
    "SELECT " place ", " id " FROM " range " ORDER BY " order " LIMIT 1 OFFSET " rows
// Without conditions, which is the most frequent by far.
#define PLAIN(range, order, limit) "SELECT " ACCOUNT_COLUMNS " FROM " range " ORDER BY " order " LIMIT " limit

// Whether it is given at all is looked at first: that is the quickest. PostgreSQL takes the type of a parameter from
// where it stands first.
#define IF_GIVEN(parameter, sql_type, condition) \
    "(CAST(" parameter " AS " sql_type ") IS NULL OR " condition " " parameter ")"
#define CONDITIONS(type, domain, uid_from, uid_before, ends_after, ends_before)                                        \
    IF_GIVEN(type, "BIGINT", "type =")                                                                                 \
    " AND " IF_GIVEN(domain, "TEXT", "domain =") " AND " IF_GIVEN(uid_from, "TEXT", "uid >=") " AND " IF_GIVEN(        \
        uid_before, "TEXT", "uid <") " AND " IF_GIVEN(ends_after, "BIGINT", "ends_at >") " AND " IF_GIVEN(ends_before, \
                                                                                                          "BIGINT",    \
                                                                                                          "ends_at <")
#define IF_IN_STATE(state) \
    "CASE WHEN CAST(" state " AS BIGINT) IS NULL THEN removed_at IS NULL ELSE " ACCOUNT_STATE " = " state " END AND "

#define OF_RESELLER "reseller_id = $1 AND "

// $1 reseller, $2 state or user, $3 after, $4 before, $5 rows
#define IN_STATE "account WHERE reseller_id = $1 AND " ACCOUNT_STATE " = $2 AND id > $3 AND id < $4"
#define OF_USER "account_user WHERE reseller_id = $1 AND user_id = $2 AND account_id > $3 AND account_id < $4"
// $1 after, $2 before, $3 rows
#define OF_ALL "account WHERE id > $1 AND id < $2"
// $1 reseller, $2 and $3 after, $4 and $5 before, $6 rows. Ordered by uid alone, which is unique among the living: the
// index has no more, and a database that does not end its entries with the row's id would sort the reseller's accounts.
#define BY_UID                                                                                                       \
    "account WHERE reseller_id = $1 AND removed_at IS NULL AND uid >= $2 AND (uid, id) > ($2, $3) AND uid <= $4 AND" \
    " (uid, id) < ($4, $5)"
#define BY_ENDS_AT                                                                                              \
    "account WHERE reseller_id = $1 AND ends_at IS NOT NULL AND ends_at >= $2 AND (ends_at, id) > ($2, $3) AND" \
    " ends_at <= $4 AND (ends_at, id) < ($4, $5)"

// What each range is asked, ascending or descending. The conditions that the range itself makes true are left out.
#define PICK_IN_STATE(order) \
    PICK("id", IN_STATE, order, "$5", OF_RESELLER CONDITIONS("$6", "$7", "$8", "$9", "$10", "$11"), "$12")
#define PICK_OF_USER(order)                  \
    PICK("account_id", OF_USER, order, "$5", \
         OF_RESELLER IF_IN_STATE("$6") CONDITIONS("$7", "$8", "$9", "$10", "$11", "$12"), "$13")
#define PICK_OF_ALL(order) \
    PICK("id", OF_ALL, order, "$3", IF_IN_STATE("$4") CONDITIONS("$5", "$6", "$7", "$8", "$9", "$10"), "$11")
#define PICK_BY_PLACE(range, order)                                                                                  \
    PICK("id", range, order, "$6", OF_RESELLER IF_IN_STATE("$7") CONDITIONS("$8", "$9", "$10", "$11", "$12", "$13"), \
         "$14")

struct Queries {
    db::Query pick;
    db::Query extent;
};

constexpr Queries in_state[] = {{{"pick_accounts_in_state", PICK_IN_STATE("id ASC")},
                                 {"extent_in_state", EXTENT("id", "id", IN_STATE, "id ASC", "$5")}},
                                {{"pick_accounts_in_state_descending", PICK_IN_STATE("id DESC")},
                                 {"extent_in_state_descending", EXTENT("id", "id", IN_STATE, "id DESC", "$5")}}};
constexpr Queries of_user[] = {
    {{"pick_accounts_of_user", PICK_OF_USER("account_id ASC")},
     {"extent_of_user", EXTENT("account_id", "account_id", OF_USER, "account_id ASC", "$5")}},
    {{"pick_accounts_of_user_descending", PICK_OF_USER("account_id DESC")},
     {"extent_of_user_descending", EXTENT("account_id", "account_id", OF_USER, "account_id DESC", "$5")}}};
constexpr Queries of_all[] = {
    {{"pick_all_accounts", PICK_OF_ALL("id ASC")}, {"extent_of_all", EXTENT("id", "id", OF_ALL, "id ASC", "$3")}},
    {{"pick_all_accounts_descending", PICK_OF_ALL("id DESC")},
     {"extent_of_all_descending", EXTENT("id", "id", OF_ALL, "id DESC", "$3")}}};
constexpr Queries by_uid[] = {{{"pick_accounts_by_uid", PICK_BY_PLACE(BY_UID, "uid ASC")},
                               {"extent_by_uid", EXTENT("uid", "id", BY_UID, "uid ASC", "$6")}},
                              {{"pick_accounts_by_uid_descending", PICK_BY_PLACE(BY_UID, "uid DESC")},
                               {"extent_by_uid_descending", EXTENT("uid", "id", BY_UID, "uid DESC", "$6")}}};
constexpr Queries by_ends_at[] = {
    {{"pick_accounts_by_ends_at", PICK_BY_PLACE(BY_ENDS_AT, "ends_at ASC, id ASC")},
     {"extent_by_ends_at", EXTENT("ends_at", "id", BY_ENDS_AT, "ends_at ASC, id ASC", "$6")}},
    {{"pick_accounts_by_ends_at_descending", PICK_BY_PLACE(BY_ENDS_AT, "ends_at DESC, id DESC")},
     {"extent_by_ends_at_descending", EXTENT("ends_at", "id", BY_ENDS_AT, "ends_at DESC, id DESC", "$6")}}};

constexpr db::Query plain_in_state[] = {{"list_accounts_in_state", PLAIN(IN_STATE, "id ASC", "$5")},
                                        {"list_accounts_in_state_descending", PLAIN(IN_STATE, "id DESC", "$5")}};
constexpr db::Query plain_by_uid[] = {{"list_accounts_by_uid", PLAIN(BY_UID, "uid ASC", "$6")},
                                      {"list_accounts_by_uid_descending", PLAIN(BY_UID, "uid DESC", "$6")}};

constexpr db::Query find_reseller_query{"find_reseller_of_account", "SELECT reseller_id FROM account WHERE id = $1"};

constexpr db::Query count_in_states_query{"count_accounts_in_states",
                                          "SELECT count(*) FROM account WHERE reseller_id = $1 AND " ACCOUNT_STATE
                                          " BETWEEN $2 AND $3"};

template <class Enum>
std::optional<std::int64_t> to_number(const std::optional<Enum>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

template <class Place>
db::Rows pick_by_place(db::Tx& tx, const db::Query& query, const AccountRange& range, Place AccountPlace::*place,
                       const AccountConditions& conditions, int accounts_max, int rows_max) {
    return tx.run(query, {range.reseller_id, range.after.*place, range.after.id, range.before.*place, range.before.id,
                          rows_max, to_number(conditions.state), to_number(conditions.type), conditions.domain,
                          conditions.uid_from, conditions.uid_before, to_column(conditions.ends_after),
                          to_column(conditions.ends_before), accounts_max});
}

db::Rows pick(db::Tx& tx, const AccountRange& range, const AccountConditions& conditions, int accounts_max,
              int rows_max) {
    const AccountPlace& after = range.after;
    const AccountPlace& before = range.before;
    switch (range.order) {
    case AccountRange::Order::by_id_in_state:
        return tx.run(in_state[range.descending].pick,
                      {range.reseller_id, int(range.state), after.id, before.id, rows_max, to_number(conditions.type),
                       conditions.domain, conditions.uid_from, conditions.uid_before, to_column(conditions.ends_after),
                       to_column(conditions.ends_before), accounts_max});
    case AccountRange::Order::by_id_of_user:
        return tx.run(of_user[range.descending].pick,
                      {range.reseller_id, range.user_id, after.id, before.id, rows_max, to_number(conditions.state),
                       to_number(conditions.type), conditions.domain, conditions.uid_from, conditions.uid_before,
                       to_column(conditions.ends_after), to_column(conditions.ends_before), accounts_max});
    case AccountRange::Order::by_id_of_all:
        return tx.run(of_all[range.descending].pick,
                      {after.id, before.id, rows_max, to_number(conditions.state), to_number(conditions.type),
                       conditions.domain, conditions.uid_from, conditions.uid_before, to_column(conditions.ends_after),
                       to_column(conditions.ends_before), accounts_max});
    case AccountRange::Order::by_uid:
        return pick_by_place(tx, by_uid[range.descending].pick, range, &AccountPlace::uid, conditions, accounts_max,
                             rows_max);
    case AccountRange::Order::by_ends_at:
        return pick_by_place(tx, by_ends_at[range.descending].pick, range, &AccountPlace::ends_at_ms, conditions,
                             accounts_max, rows_max);
    }
    throw db::Broken("scan_accounts: no such order");
}

db::Rows extent(db::Tx& tx, const AccountRange& range, int rows_before) {
    const AccountPlace& after = range.after;
    const AccountPlace& before = range.before;
    switch (range.order) {
    case AccountRange::Order::by_id_in_state:
        return tx.run(in_state[range.descending].extent,
                      {range.reseller_id, int(range.state), after.id, before.id, rows_before});
    case AccountRange::Order::by_id_of_user:
        return tx.run(of_user[range.descending].extent,
                      {range.reseller_id, range.user_id, after.id, before.id, rows_before});
    case AccountRange::Order::by_id_of_all:
        return tx.run(of_all[range.descending].extent, {after.id, before.id, rows_before});
    case AccountRange::Order::by_uid:
        return tx.run(by_uid[range.descending].extent,
                      {range.reseller_id, after.uid, after.id, before.uid, before.id, rows_before});
    case AccountRange::Order::by_ends_at:
        return tx.run(by_ends_at[range.descending].extent,
                      {range.reseller_id, after.ends_at_ms, after.id, before.ends_at_ms, before.id, rows_before});
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
    const db::Rows last_row = extent(tx, range, rows_max - 1);
    scanned.is_at_end = last_row.empty();
    if (!last_row.empty()) scanned.through = place_of(last_row[0], range.order);
    return scanned;
}

std::int64_t count_accounts_in_states(db::Tx& tx, std::int64_t reseller_id, AccountState first, AccountState last) {
    return tx.run(count_in_states_query, {reseller_id, int(first), int(last)})[0].integer(0);
}

std::optional<std::int64_t> find_reseller_of_account(db::Tx& tx, std::int64_t account_id) {
    const db::Rows rows = tx.run(find_reseller_query, {account_id});
    if (rows.empty()) return std::nullopt;
    return rows[0].integer(0);
}

}  // namespace store
