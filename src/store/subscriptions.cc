#include "store/subscriptions.h"

#include <algorithm>

#include "store/account_row.h"

namespace store {
namespace {

#define SUBSCRIPTION_COLUMNS                                                                                       \
    "account_id, reseller_id, guid, plan_id, parent_id, external_id, first_name, last_name, email, password_hash," \
    " is_company, company_short_name, company_full_name, company_mobile_domain, company_support_email,"            \
    " company_noreply_email, company_domains, company_has_list"

// An account's columns, then its subscription's, then the parent's guid. `accounts` is a condition.
#define WITH_SUBSCRIPTION(accounts)                                                                         \
    "SELECT a.*, s.account_id, s.reseller_id, s.guid, s.plan_id, s.parent_id, s.external_id, s.first_name," \
    " s.last_name, s.email, s.password_hash, s.is_company, s.company_short_name, s.company_full_name,"      \
    " s.company_mobile_domain, s.company_support_email, s.company_noreply_email, s.company_domains,"        \
    " s.company_has_list, p.guid FROM (SELECT " ACCOUNT_COLUMNS " FROM account WHERE " accounts             \
    ") a"                                                                                                   \
    " LEFT JOIN subscription s ON s.account_id = a.id AND s.reseller_id = a.reseller_id"                    \
    " LEFT JOIN subscription p ON p.account_id = s.parent_id AND p.reseller_id = s.reseller_id"

// OR FALSE keeps the reseller out of SQLite's choice of an index: a few ids are to be looked up, not all accounts
// looked through. PostgreSQL leaves it out at once.
#define AMONG(ids) "id IN (SELECT id FROM (" ids ") found) AND (reseller_id = $1 OR FALSE)"

constexpr std::size_t subscription_column_total = 18;

constexpr db::Query find_query{"find_with_subscription", WITH_SUBSCRIPTION("id = $2 AND reseller_id = $1")};

constexpr db::Query find_parent_query{
    "find_parent_account", "SELECT a.*, s.guid, plan.sub_accounts_limit FROM (SELECT " ACCOUNT_COLUMNS
                           " FROM account WHERE id = $2 AND reseller_id = $1) a"
                           " LEFT JOIN subscription s ON s.account_id = a.id AND s.reseller_id = a.reseller_id"
                           " LEFT JOIN plan ON plan.reseller_id = s.reseller_id AND plan.type = a.type"
                           " AND plan.id = s.plan_id"};

constexpr db::Query find_by_guid_query{"find_account_id_by_guid",
                                       "SELECT account_id FROM subscription WHERE reseller_id = $1 AND guid = $2"};

// What stands of the opening request is written with the row, and read when a request might be a repeated one only.
#define INSERT "INSERT INTO subscription (" SUBSCRIPTION_COLUMNS ", request_key, request_session, external_id_changed) "
#define VALUES_OF_ROW "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0"
constexpr db::Query insert_query{"insert_subscription", INSERT "VALUES (" VALUES_OF_ROW ")"};
// Both are sent, one behind the other: ON CONFLICT would have to name the key, which is not the same in every database.
constexpr db::Query update_query{
    "update_subscription",
    "UPDATE subscription SET plan_id = $3, parent_id = $4, external_id = $5, first_name = $6, last_name = $7,"
    " email = $8, password_hash = $9, is_company = $10, company_short_name = $11, company_full_name = $12,"
    " company_mobile_domain = $13, company_support_email = $14, company_noreply_email = $15, company_domains = $16,"
    " company_has_list = $17, external_id_changed = CASE WHEN external_id IS NOT DISTINCT FROM $5"
    " THEN external_id_changed ELSE 1 END WHERE account_id = $1 AND reseller_id = $2"};
constexpr db::Query insert_missing_query{"insert_missing_subscription", INSERT
                                         "SELECT " VALUES_OF_ROW
                                         " WHERE NOT EXISTS"
                                         " (SELECT 1 FROM subscription WHERE account_id = $1 AND reseller_id = $2)"};

// By both indexes: the external id may have been changed since.
#define OPENED_BY(external_id)                                                                                        \
    "SELECT account_id, request_session FROM (SELECT account_id, request_session FROM subscription"                   \
    " WHERE reseller_id = $1 AND " external_id                                                                        \
    " AND request_key = $2"                                                                                           \
    " UNION ALL SELECT account_id, request_session FROM subscription WHERE reseller_id = $1 AND request_key = $2 AND" \
    " external_id_changed = 1) opened ORDER BY account_id DESC LIMIT 1"
constexpr db::Query find_opened_query{"find_opened_by_request", OPENED_BY("external_id = $3")};
constexpr db::Query find_opened_without_query{"find_opened_without_external_id", OPENED_BY("external_id IS NULL")};
constexpr db::Query update_session_query{"update_request_session",
                                         "UPDATE subscription SET request_session = $3"
                                         " WHERE account_id = $2 AND reseller_id = $1"};
constexpr db::Query forget_request_query{"forget_request",
                                         "UPDATE subscription SET request_key = NULL, request_session = NULL"
                                         " WHERE account_id = $2 AND reseller_id = $1 AND request_key IS NOT NULL"};

// The index over states holds each state by id, and the five of living accounts are merged. Each by itself has its
// limit ($4: up to the end of the page), or PostgreSQL would read all of them and sort. SQLite, which does not see that
// a part with a limit is in order already, sorts the ids of each part once more: no more than the page and what it
// skips.
#define IDS_IN_STATE(state)                                                                        \
    "SELECT id FROM (SELECT id FROM account WHERE reseller_id = $1 AND " ACCOUNT_STATE " = " state \
    " ORDER BY id LIMIT $4)"                                                                       \
    " AS in_state_" state
#define LIVING_IDS                                                                              \
    IDS_IN_STATE("1")                                                                           \
    " UNION ALL " IDS_IN_STATE("2") " UNION ALL " IDS_IN_STATE("3") " UNION ALL " IDS_IN_STATE( \
        "4") " UNION ALL " IDS_IN_STATE("5") " ORDER BY id LIMIT $2 OFFSET $3"
constexpr db::Query list_query{"list_with_subscriptions", WITH_SUBSCRIPTION(AMONG(LIVING_IDS)) " ORDER BY a.id"};

#define OF_LIVING                                                             \
    " FROM subscription JOIN account ON account.id = subscription.account_id" \
    " AND account.reseller_id = subscription.reseller_id AND account.removed_at IS NULL"
#define OF_EXTERNAL_ID \
    OF_LIVING          \
    " WHERE subscription.reseller_id = $1 AND subscription.external_id = $2"
#define IDS_OF_EXTERNAL_ID \
    "SELECT subscription.account_id AS id" OF_EXTERNAL_ID " ORDER BY subscription.account_id LIMIT $3 OFFSET $4"
constexpr db::Query list_by_external_id_query{"list_by_external_id",
                                              WITH_SUBSCRIPTION(AMONG(IDS_OF_EXTERNAL_ID)) " ORDER BY a.id"};
constexpr db::Query count_by_external_id_query{"count_by_external_id", "SELECT count(*)" OF_EXTERNAL_ID};

#define OF_PARENT \
    OF_LIVING     \
    " WHERE subscription.reseller_id = $1 AND subscription.parent_id = $2"
#define IDS_OF_PARENT                                \
    "SELECT subscription.account_id AS id" OF_PARENT \
    " AND subscription.account_id > $3 ORDER BY subscription.account_id LIMIT $4"
constexpr db::Query list_of_parent_query{"list_sub_accounts", WITH_SUBSCRIPTION(AMONG(IDS_OF_PARENT)) " ORDER BY a.id"};
constexpr db::Query count_of_parent_query{
    "count_sub_accounts", "SELECT count(*) FROM (SELECT 1" OF_PARENT " AND account.stage <> 4 LIMIT $3) counted"};

std::string encode_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
}

std::vector<std::string> decode_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

Company to_company(const db::Row& row, std::size_t at) {
    return {
        .short_name = row.find_text(at),
        .full_name = row.find_text(at + 1),
        .mobile_domain = row.find_text(at + 2),
        .support_email = row.find_text(at + 3),
        .noreply_email = row.find_text(at + 4),
        .control_panel_domains = decode_lines(row.find_text(at + 5).value_or("")),
        .has_list_of_domains = row.integer(at + 6) != 0,
    };
}

Subscription to_subscription(const db::Row& row, std::size_t at) {
    Subscription subscription{
        .reseller_id = row.integer(at + 1),
        .account_id = row.integer(at),
        .guid = row.find_text(at + 2),
        .plan_id = row.find_integer(at + 3),
        .parent_id = row.find_integer(at + 4),
        .external_id = row.find_text(at + 5),
        .first_name = row.find_text(at + 6),
        .last_name = row.find_text(at + 7),
        .email = row.find_text(at + 8),
        .password_hash = row.find_text(at + 9),
    };
    if (row.integer(at + 10) != 0) subscription.company = to_company(row, at + 11);
    return subscription;
}

AccountWithSubscription to_both(const db::Row& row) {
    AccountWithSubscription both{.account = to_account(row)};
    both.subscription = {.reseller_id = both.account.reseller_id, .account_id = both.account.id};
    if (row.find_integer(account_column_count)) both.subscription = to_subscription(row, account_column_count);
    both.parent_guid = row.find_text(account_column_count + subscription_column_total);
    return both;
}

std::vector<AccountWithSubscription> to_list(const db::Rows& rows) {
    std::vector<AccountWithSubscription> list;
    list.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) list.push_back(to_both(rows[i]));
    return list;
}

// A subscription's company as parameters; borrowed by them.
struct CompanyColumns {
    explicit CompanyColumns(const Subscription& subscription) : is_there(subscription.company.has_value()) {
        if (is_there) company = *subscription.company;
        if (!company.control_panel_domains.empty()) domains = encode_lines(company.control_panel_domains);
    }

    bool is_there;
    Company company;
    std::optional<std::string> domains;
};

void write(db::Tx& tx, const db::Query& query, const Subscription& s, const std::optional<OpeningRequest>& request) {
    const CompanyColumns columns(s);
    const Company& company = columns.company;
    tx.change(query,
              {s.account_id,
               s.reseller_id,
               s.guid,
               s.plan_id,
               s.parent_id,
               s.external_id,
               s.first_name,
               s.last_name,
               s.email,
               s.password_hash,
               columns.is_there,
               company.short_name,
               company.full_name,
               company.mobile_domain,
               company.support_email,
               company.noreply_email,
               columns.domains,
               company.has_list_of_domains,
               request ? db::Parameter(request->key) : nullptr,
               request ? db::Parameter(request->session) : nullptr},
              db::Expect::any);
}

void update(db::Tx& tx, const Subscription& s) {
    const CompanyColumns columns(s);
    const Company& company = columns.company;
    tx.change(update_query,
              {s.account_id, s.reseller_id, s.plan_id, s.parent_id, s.external_id, s.first_name, s.last_name, s.email,
               s.password_hash, columns.is_there, company.short_name, company.full_name, company.mobile_domain,
               company.support_email, company.noreply_email, columns.domains, company.has_list_of_domains},
              db::Expect::any);
}

}  // namespace

std::optional<AccountWithSubscription> find_with_subscription(db::Tx& tx, std::int64_t reseller_id,
                                                              std::int64_t account_id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, account_id});
    if (rows.empty()) return std::nullopt;
    return to_both(rows[0]);
}

std::optional<ParentAccount> find_parent_account(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    const db::Rows rows = tx.run(find_parent_query, {reseller_id, account_id});
    if (rows.empty()) return std::nullopt;
    return ParentAccount{
        .account = to_account(rows[0]),
        .guid = rows[0].find_text(account_column_count),
        .sub_accounts_limit = rows[0].find_integer(account_column_count + 1).value_or(no_limit),
    };
}

std::optional<std::int64_t> find_account_id_by_guid(db::Tx& tx, std::int64_t reseller_id, std::string_view guid) {
    const db::Rows rows = tx.run(find_by_guid_query, {reseller_id, guid});
    if (rows.empty()) return std::nullopt;
    return rows[0].integer(0);
}

void insert_subscription(db::Tx& tx, const Subscription& subscription, const std::optional<OpeningRequest>& request) {
    write(tx, insert_query, subscription, request);
}

void put_subscription(db::Tx& tx, const Subscription& subscription) {
    update(tx, subscription);
    write(tx, insert_missing_query, subscription, {});
}

std::optional<OpenedAccount> find_opened_by(db::Tx& tx, std::int64_t reseller_id, std::int64_t request_key,
                                            const std::optional<std::string>& external_id) {
    const db::Rows rows = external_id ? tx.run(find_opened_query, {reseller_id, request_key, *external_id})
                                      : tx.run(find_opened_without_query, {reseller_id, request_key});
    if (rows.empty()) return std::nullopt;
    return OpenedAccount{.account_id = rows[0].integer(0),
                         .request = {.key = request_key, .session = rows[0].integer(1)}};
}

void update_request_session(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id, std::int64_t session) {
    tx.change(update_session_query, {reseller_id, account_id, session}, db::Expect::any);
}

void forget_request(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    tx.change(forget_request_query, {reseller_id, account_id}, db::Expect::any);
}

std::vector<AccountWithSubscription> list_with_subscriptions(db::Tx& tx, std::int64_t reseller_id, const Slice& slice) {
    const std::int64_t through = std::min(slice.skip, INT64_MAX - slice.take) + slice.take;
    return to_list(tx.run(list_query, {reseller_id, slice.take, slice.skip, through}));
}

std::vector<AccountWithSubscription> list_by_external_id(db::Tx& tx, std::int64_t reseller_id,
                                                         std::string_view external_id, const Slice& slice) {
    return to_list(tx.run(list_by_external_id_query, {reseller_id, external_id, slice.take, slice.skip}));
}

std::int64_t count_by_external_id(db::Tx& tx, std::int64_t reseller_id, std::string_view external_id) {
    return tx.run(count_by_external_id_query, {reseller_id, external_id})[0].integer(0);
}

std::vector<AccountWithSubscription> list_sub_accounts(db::Tx& tx, std::int64_t reseller_id, std::int64_t parent_id,
                                                       std::int64_t after_id, std::int64_t limit) {
    return to_list(tx.run(list_of_parent_query, {reseller_id, parent_id, after_id, limit}));
}

std::int64_t count_sub_accounts(db::Tx& tx, std::int64_t reseller_id, std::int64_t parent_id, std::int64_t count_max) {
    return tx.run(count_of_parent_query, {reseller_id, parent_id, count_max})[0].integer(0);
}

}  // namespace store
