#include "store/accounts.h"

#include "store/account_row.h"
#include "store/convert.h"
#include "store/parts.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_account",
                               "SELECT " ACCOUNT_COLUMNS
                               " FROM account WHERE reseller_id = $1 AND uid = $2 AND removed_at IS NULL"};

constexpr db::Query find_to_show_query{
    "find_account_to_show",
    "SELECT " ACCOUNT_COLUMNS
    ", CASE WHEN EXISTS (SELECT 1 FROM parent_change WHERE parent_change.reseller_id = $1) THEN 1 ELSE 0 END"
    " FROM account WHERE reseller_id = $1 AND uid = $2 AND removed_at IS NULL"};

constexpr db::Query find_removed_query{"find_removed_account",
                                       "SELECT " ACCOUNT_COLUMNS
                                       " FROM account WHERE reseller_id = $1 AND uid = $2 AND removed_at IS NOT NULL"
                                       " ORDER BY removed_at DESC, id DESC LIMIT 1"};

constexpr db::Query find_by_id_query{"find_account_by_id",
                                     "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query insert_query{"insert_account",
                                 "INSERT INTO account (" ACCOUNT_COLUMNS
                                 ") VALUES"
                                 " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) "
                                 "ON CONFLICT (reseller_id, uid) WHERE removed_at IS NULL DO NOTHING"};

constexpr db::Query update_query{
    "update_account",
    "UPDATE account SET type = $3, domain = $4, stage = $5, holds = $6,"
    " activation_token = $7, deployed_members = $8, updated_at = $9, ends_at = $10,"
    " due_at = $11, removed_at = $12, version = $13, credit_hold_at = $14, last_event_id = $15"
    " WHERE id = $2 AND reseller_id = $1"};

constexpr db::Query list_due_query{"list_due_accounts", "SELECT " ACCOUNT_COLUMNS
                                                        " FROM account WHERE reseller_id = $1 AND due_at <= $2"
                                                        " ORDER BY due_at, id LIMIT $3"};

constexpr db::Query list_resellers_with_due_query{
    "list_resellers_with_due_accounts",
    "SELECT reseller.id FROM reseller WHERE EXISTS"
    " (SELECT 1 FROM account WHERE account.reseller_id = reseller.id AND account.due_at <="
    " coalesce(reseller.clock_frozen_at, $1 + reseller.clock_offset_ms))"
    " AND " IS_OF_PARTS("reseller.id", "$3") " ORDER BY reseller.id LIMIT $2"};

constexpr db::Query count_query{"count_accounts", "SELECT count(*) FROM account"};
constexpr db::Query greatest_id_query{"greatest_account_id", "SELECT coalesce(max(id), 0) FROM account"};

constexpr db::Query list_after_query{"list_accounts_after",
                                     "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id > $1 ORDER BY id LIMIT $2"};

constexpr int hold_ended = 1;
constexpr int hold_administrative = 2;
constexpr int hold_credit = 4;
constexpr int hold_parent = 8;

int to_column(const Holds& holds) {
    return (holds.ended ? hold_ended : 0) | (holds.administrative ? hold_administrative : 0) |
           (holds.credit ? hold_credit : 0) | (holds.parent ? hold_parent : 0);
}

Holds to_holds(std::int64_t column) {
    return {
        .ended = (column & hold_ended) != 0,
        .administrative = (column & hold_administrative) != 0,
        .credit = (column & hold_credit) != 0,
        .parent = (column & hold_parent) != 0,
    };
}

std::optional<Account> first(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return to_account(rows[0]);
}

}  // namespace

Account to_account(const db::Row& row) {
    return {
        .reseller_id = row.integer(1),
        .id = row.integer(0),
        .uid = row.text(2),
        .type = AccountType(row.integer(3)),
        .domain = row.text(4),
        .stage = Stage(row.integer(5)),
        .holds = to_holds(row.integer(6)),
        .activation_token = row.text(7),
        .deployed_members = row.integer(8),
        .opened_under = Revision(row.integer(9)),
        .created_at = from_milliseconds(row.integer(10)),
        .updated_at = from_milliseconds(row.integer(11)),
        .ends_at = to_instant(row.find_integer(12)),
        .credit_hold_at = to_instant(row.find_integer(16)),
        .due_at = to_instant(row.find_integer(13)),
        .removed_at = to_instant(row.find_integer(14)),
        .version = row.integer(15),
        .last_event_id = row.integer(17),
    };
}

std::vector<Account> to_accounts(const db::Rows& rows) {
    std::vector<Account> accounts;
    accounts.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) accounts.push_back(to_account(rows[i]));
    return accounts;
}

std::optional<Account> find_account(db::Tx& tx, std::int64_t reseller_id, std::string_view uid) {
    return first(tx.run(find_query, {reseller_id, uid}));
}

std::optional<AccountToShow> find_account_to_show(db::Tx& tx, std::int64_t reseller_id, std::string_view uid) {
    const db::Rows rows = tx.run_last(find_to_show_query, {reseller_id, uid});
    if (rows.empty()) return std::nullopt;
    return AccountToShow{to_account(rows[0]), rows[0].integer(18) != 0};
}

std::optional<Account> find_removed_account(db::Tx& tx, std::int64_t reseller_id, std::string_view uid) {
    return first(tx.run(find_removed_query, {reseller_id, uid}));
}

std::optional<Account> find_account_by_id(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    return first(tx.run(find_by_id_query, {reseller_id, id}));
}

void insert_account(db::Tx& tx, const Account& account) {
    tx.change(insert_query,
              {account.id, account.reseller_id, account.uid, int(account.type), account.domain, int(account.stage),
               to_column(account.holds), account.activation_token, account.deployed_members, int(account.opened_under),
               to_milliseconds(account.created_at), to_milliseconds(account.updated_at), to_column(account.ends_at),
               to_column(account.due_at), to_column(account.removed_at), account.version,
               to_column(account.credit_hold_at), account.last_event_id},
              db::Expect::new_row);
}

void update_account(db::Tx& tx, const Account& account) {
    tx.change(
        update_query,
        {account.reseller_id, account.id, int(account.type), account.domain, int(account.stage),
         to_column(account.holds), account.activation_token, account.deployed_members,
         to_milliseconds(account.updated_at), to_column(account.ends_at), to_column(account.due_at),
         to_column(account.removed_at), account.version, to_column(account.credit_hold_at), account.last_event_id},
        db::Expect::one);
}

std::vector<Account> list_due_accounts(db::Tx& tx, std::int64_t reseller_id, Instant now, int limit) {
    return to_accounts(tx.run(list_due_query, {reseller_id, to_milliseconds(now), limit}));
}

std::vector<std::int64_t> list_resellers_with_due_accounts(db::Tx& tx, Instant now, std::int64_t parts, int limit) {
    const db::Rows rows = tx.run(list_resellers_with_due_query, {to_milliseconds(now), limit, parts});
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i].integer(0));
    return ids;
}

std::int64_t count_accounts(db::Tx& tx) { return tx.run(count_query, {})[0].integer(0); }

std::int64_t greatest_account_id(db::Tx& tx) { return tx.run(greatest_id_query, {})[0].integer(0); }

std::vector<Account> list_accounts_after(db::Tx& tx, std::int64_t after_id, int limit) {
    return to_accounts(tx.run(list_after_query, {after_id, limit}));
}

}  // namespace store
