#include "store/customers.h"

#include <algorithm>
#include <tuple>

#include "store/account_row.h"
#include "store/attribute_values.h"
#include "store/convert.h"
#include "store/user_row.h"

namespace store {
namespace {

#define PROFILE_COLUMNS                                                                                        \
    "account_id, reseller_id, account_type_id, account_class_id, manager_id, tech_user_id, bill_user_id, "     \
    "name, primary_name, first_name, middle_name, last_name, email, country, region, city, street, building, " \
    "office, zip, phone, attributes, balance, current_debt, subscription_credit_limit, "                       \
    "financial_blocking_threshold, below_zero_since, terms_accepted_at, work_permit, email_key"

// account_row.h's, then the profile's, then the owner's.
#define CUSTOMER_COLUMNS                                                                                           \
    "a.id, a.reseller_id, a.uid, a.type, a.domain, a.stage, a.holds, a.activation_token, a.deployed_members, "     \
    "a.opened_under, a.created_at, a.updated_at, a.ends_at, a.due_at, a.removed_at, a.version, a.credit_hold_at, " \
    "a.last_event_id, "                                                                                            \
    "p.account_id, p.reseller_id, p.account_type_id, p.account_class_id, p.manager_id, p.tech_user_id, "           \
    "p.bill_user_id, p.name, p.primary_name, p.first_name, p.middle_name, p.last_name, p.email, p.country, "       \
    "p.region, p.city, p.street, p.building, p.office, p.zip, p.phone, p.attributes, p.balance, p.current_debt, "  \
    "p.subscription_credit_limit, p.financial_blocking_threshold, p.below_zero_since, p.terms_accepted_at, "       \
    "p.work_permit, p.email_key, " USER_COLUMNS

#define CUSTOMER_JOINS                                                                                   \
    " LEFT JOIN account_profile p ON p.account_id = a.id AND p.reseller_id = a.reseller_id"              \
    " LEFT JOIN account_user m ON m.reseller_id = a.reseller_id AND m.account_id = a.id AND m.level = 1" \
    " LEFT JOIN app_user o ON o.reseller_id = m.reseller_id AND o.id = m.user_id"

constexpr std::size_t profile_columns = 30;

constexpr db::Query find_query{"find_customer", "SELECT " CUSTOMER_COLUMNS " FROM account a" CUSTOMER_JOINS
                                                " WHERE a.id = $2 AND a.reseller_id = $1"};

constexpr db::Query insert_profile_query{"insert_profile",
                                         "INSERT INTO account_profile (" PROFILE_COLUMNS
                                         ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
                                         " $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)"};

constexpr db::Query update_profile_query{
    "update_profile",
    "UPDATE account_profile SET account_type_id = $3, account_class_id = $4, manager_id = $5, tech_user_id = $6,"
    " bill_user_id = $7, name = $8, primary_name = $9, first_name = $10, middle_name = $11, last_name = $12,"
    " email = $13, country = $14, region = $15, city = $16, street = $17, building = $18, office = $19, zip = $20,"
    " phone = $21, attributes = $22, balance = $23, current_debt = $24, subscription_credit_limit = $25,"
    " financial_blocking_threshold = $26, below_zero_since = $27, terms_accepted_at = $28, work_permit = $29,"
    " email_key = $30"
    " WHERE account_id = $1 AND reseller_id = $2"};

constexpr db::Query put_judgement_query{"put_class_judgement",
                                        "INSERT INTO class_judgement (reseller_id, account_class_id, through_id)"
                                        " VALUES ($1, $2, $3)"
                                        " ON CONFLICT (reseller_id, account_class_id) DO UPDATE SET through_id = $3"};
constexpr db::Query delete_judgement_query{
    "delete_class_judgement", "DELETE FROM class_judgement WHERE reseller_id = $1 AND account_class_id = $2"};
constexpr db::Query find_judgement_query{
    "find_class_judgement", "SELECT reseller_id, account_class_id, through_id FROM class_judgement LIMIT 1"};

Profile to_profile(const db::Row& row, std::size_t at) {
    const auto decimal = [&](std::size_t column) { return Decimal::from_units(row.integer(at + column)); };
    const auto find_decimal = [&](std::size_t column) -> std::optional<Decimal> {
        const auto units = row.find_integer(at + column);
        if (!units) return std::nullopt;
        return Decimal::from_units(*units);
    };
    return {
        .reseller_id = row.integer(at + 1),
        .account_id = row.integer(at),
        .account_type_id = row.integer(at + 2),
        .account_class_id = row.integer(at + 3),
        .manager_id = row.find_integer(at + 4),
        .tech_user_id = row.integer(at + 5),
        .bill_user_id = row.integer(at + 6),
        .name = row.text(at + 7),
        .primary_name = row.text(at + 8),
        .first_name = row.text(at + 9),
        .middle_name = row.text(at + 10),
        .last_name = row.text(at + 11),
        .email = row.text(at + 12),
        .email_key = row.text(at + 29),
        .country = row.text(at + 13),
        .region = row.text(at + 14),
        .city = row.text(at + 15),
        .street = row.text(at + 16),
        .building = row.text(at + 17),
        .office = row.text(at + 18),
        .zip = row.text(at + 19),
        .phone = row.text(at + 20),
        .attributes = decode_attribute_values(row.text(at + 21)),
        .balance = decimal(22),
        .current_debt = decimal(23),
        .subscription_credit_limit = find_decimal(24),
        .financial_blocking_threshold = find_decimal(25),
        .below_zero_since = to_instant(row.find_integer(at + 26)),
        .terms_accepted_at = to_instant(row.find_integer(at + 27)),
        .work_permit = WorkPermit(row.integer(at + 28)),
    };
}

CustomerRow to_customer(const db::Row& row) {
    constexpr std::size_t profile_at = account_column_count;
    constexpr std::size_t owner_at = account_column_count + profile_columns;
    CustomerRow customer{.account = to_account(row), .profile = {}, .owner = {}};
    if (row.find_integer(profile_at)) customer.profile = to_profile(row, profile_at);
    if (row.find_integer(owner_at)) customer.owner = to_user(row, owner_at);
    return customer;
}

std::optional<std::int64_t> to_column(const std::optional<Decimal>& decimal) {
    if (!decimal) return std::nullopt;
    return decimal->units();
}

void change_profile(db::Tx& tx, const db::Query& query, const Profile& profile, db::Expect expected) {
    const std::string attributes = encode_attribute_values(profile.attributes);
    tx.change(query,
              {profile.account_id,
               profile.reseller_id,
               profile.account_type_id,
               profile.account_class_id,
               profile.manager_id,
               profile.tech_user_id,
               profile.bill_user_id,
               profile.name,
               profile.primary_name,
               profile.first_name,
               profile.middle_name,
               profile.last_name,
               profile.email,
               profile.country,
               profile.region,
               profile.city,
               profile.street,
               profile.building,
               profile.office,
               profile.zip,
               profile.phone,
               attributes,
               profile.balance.units(),
               profile.current_debt.units(),
               to_column(profile.subscription_credit_limit),
               to_column(profile.financial_blocking_threshold),
               store::to_column(profile.below_zero_since),
               store::to_column(profile.terms_accepted_at),
               int(profile.work_permit),
               profile.email_key},
              expected);
}

// --- lists ---
//
// A list begins where an index leads to few rows: at the contact's e-mail addresses, at a user's, at an attribute's
// value, else at the reseller's uids. All other conditions are the same for each beginning. Parameters: $1 reseller, $2
// statuses, $3 to $6 times, $7 a user's e-mail address, $8 and $9 an attribute, $10 contacts' e-mail addresses, each
// with a comma behind it; in pages also $11 limit, $12 offset; in sorted pages also $13 to $18.

#define STATUS_OF_ACCOUNT                                                                                        \
    "(CASE WHEN a.removed_at IS NOT NULL OR a.stage = 4 THEN 8 WHEN a.holds = 0 THEN 1 WHEN a.holds = 4 THEN 2 " \
    "ELSE 4 END)"

#define IS_WANTED                                                                                                   \
    " a.reseller_id = $1 AND " STATUS_OF_ACCOUNT                                                                    \
    " & CAST($2 AS BIGINT) <> 0"                                                                                    \
    " AND (CAST($3 AS BIGINT) IS NULL OR a.created_at >= $3) AND (CAST($4 AS BIGINT) IS NULL OR a.created_at < $4)" \
    " AND (CAST($5 AS BIGINT) IS NULL OR a.updated_at >= $5) AND (CAST($6 AS BIGINT) IS NULL OR a.updated_at < $6)"

#define HAS_USER                                                                                                 \
    " AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM app_user u JOIN account_user w ON w.user_id = u.id" \
    " WHERE u.reseller_id = $1 AND u.email_key = $7 AND w.reseller_id = $1 AND w.account_id = a.id))"

#define HAS_ATTRIBUTE                                                                                                 \
    " AND (CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM attribute_value v WHERE v.reseller_id = $1 AND v.key = " \
    "$8"                                                                                                              \
    " AND v.value = $9 AND v.account_id = a.id))"

// Said of what does not matter here: every parameter has to be named in every query.
#define NO_EMAILS " AND CAST($10 AS TEXT) IS NULL"
#define NO_USER " AND CAST($7 AS TEXT) IS NULL"
#define NO_ATTRIBUTE " AND coalesce(CAST($8 AS TEXT), CAST($9 AS TEXT)) IS NULL"

// The commas' texts, one a row.
#define EMAILS                                                                                                        \
    "(WITH RECURSIVE split (email, rest) AS (SELECT '', CAST($10 AS TEXT) UNION ALL SELECT"                           \
    " substr(rest, 1, instr(rest, ',') - 1), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> '') SELECT " \
    "email FROM split WHERE email <> '')"

// CROSS JOIN: the planner must not turn it around, p is where the index leads.
#define JOIN_ACCOUNT " CROSS JOIN account a WHERE a.id = p.account_id AND"

#define FROM_LIVING " FROM account a WHERE a.removed_at IS NULL AND" IS_WANTED NO_EMAILS NO_USER NO_ATTRIBUTE
#define FROM_ANY                                                              \
    " FROM account a WHERE ((a.reseller_id = $1 AND a.removed_at IS NULL) OR" \
    " (a.reseller_id = $1 AND a.removed_at IS NOT NULL)) AND" IS_WANTED NO_EMAILS NO_USER NO_ATTRIBUTE
#define FROM_EMAILS                                                                         \
    " FROM account_profile p" JOIN_ACCOUNT " p.reseller_id = $1 AND p.email_key IN " EMAILS \
    " AND" IS_WANTED HAS_USER HAS_ATTRIBUTE

#define FROM_USER                                                                                               \
    " FROM (SELECT w.account_id FROM app_user u CROSS JOIN account_user w WHERE u.reseller_id = $1"             \
    " AND u.email_key = $7 AND w.reseller_id = $1 AND w.user_id = u.id) p" JOIN_ACCOUNT IS_WANTED HAS_ATTRIBUTE \
        NO_EMAILS

#define FROM_ATTRIBUTE                                                                           \
    " FROM (SELECT DISTINCT account_id FROM attribute_value WHERE reseller_id = $1 AND key = $8" \
    " AND value = $9) p" JOIN_ACCOUNT IS_WANTED NO_EMAILS NO_USER

#define BY_UID " ORDER BY a.uid, a.id"
// Among them it is unique, and the index over it holds no more.
#define BY_UID_OF_LIVING " ORDER BY a.uid"

// A sort key is a number or a text, and NULL as the other: the first parameter says which column, the second is 1 or
// -1.
#define NUMBER_OF(key) \
    "CASE CAST(" key " AS BIGINT) WHEN 1 THEN a.id WHEN 2 THEN a.created_at WHEN 3 THEN a.updated_at END"
#define TEXT_OF(key)                                                         \
    "CASE CAST(" key                                                         \
    " AS BIGINT)"                                                            \
    " WHEN 4 THEN s.name WHEN 5 THEN lower(s.email) WHEN 6 THEN s.last_name" \
    " WHEN 7 THEN s.country WHEN 8 THEN s.city END"
#define BY_KEY(key, direction)                                         \
    NUMBER_OF(key)                                                     \
    " * CAST(" direction " AS BIGINT), CASE WHEN " direction           \
    " = 1 THEN " TEXT_OF(key) " END NULLS FIRST, CASE WHEN " direction \
                              " = -1 THEN " TEXT_OF(key) " END DESC NULLS LAST, "
#define BY_KEYS " ORDER BY " BY_KEY("$13", "$14") BY_KEY("$15", "$16") BY_KEY("$17", "$18") "a.id"

#define BY_NUMBER(key, direction) NUMBER_OF(key) " * CAST(" direction " AS BIGINT), "
#define BY_NUMBERS " ORDER BY " BY_NUMBER("$13", "$14") BY_NUMBER("$15", "$16") BY_NUMBER("$17", "$18") "a.id"

// The page's ids first, so that what is skipped costs no joins. In whatever order: sorting whole rows again would cost
// the database more than all else; see list_customers().
#define OF_PAGE " WHERE a.id = page.id AND a.reseller_id = $1"
#define SORTED_PROFILE " LEFT JOIN account_profile s ON s.account_id = a.id AND s.reseller_id = a.reseller_id"
#define PAGE_BY_UID(from, order)                               \
    "SELECT " CUSTOMER_COLUMNS " FROM (SELECT a.id" from order \
    " LIMIT $11 OFFSET $12) page CROSS JOIN account a" CUSTOMER_JOINS OF_PAGE
#define PAGE_BY_KEYS(from)                                                                                \
    "SELECT " CUSTOMER_COLUMNS " FROM (SELECT a.id FROM (SELECT a.id" from                                \
    ") found CROSS JOIN account a" SORTED_PROFILE " WHERE a.id = found.id AND a.reseller_id = $1" BY_KEYS \
    " LIMIT $11 OFFSET $12) page CROSS JOIN account a" CUSTOMER_JOINS SORTED_PROFILE OF_PAGE BY_KEYS
// All of whose keys are numbers, of the account itself: no profile is looked at to sort them.
#define PAGE_BY_NUMBERS(from)                                       \
    "SELECT " CUSTOMER_COLUMNS " FROM (SELECT a.id" from BY_NUMBERS \
    " LIMIT $11 OFFSET $12) page CROSS JOIN account a" CUSTOMER_JOINS OF_PAGE BY_NUMBERS
#define COUNT(from) "SELECT count(*)" from

struct ListQueries {
    db::Query by_uid;
    db::Query by_numbers;
    db::Query by_keys;
    db::Query count;
};

constexpr ListQueries living_queries{{"list_customers", PAGE_BY_UID(FROM_LIVING, BY_UID_OF_LIVING)},
                                     {"list_customers_by_number", PAGE_BY_NUMBERS(FROM_LIVING)},
                                     {"list_customers_sorted", PAGE_BY_KEYS(FROM_LIVING)},
                                     {"count_customers", COUNT(FROM_LIVING)}};
constexpr ListQueries any_queries{{"list_any_customers", PAGE_BY_UID(FROM_ANY, BY_UID)},
                                  {"list_any_customers_by_number", PAGE_BY_NUMBERS(FROM_ANY)},
                                  {"list_any_customers_sorted", PAGE_BY_KEYS(FROM_ANY)},
                                  {"count_any_customers", COUNT(FROM_ANY)}};
constexpr ListQueries email_queries{{"list_customers_by_email", PAGE_BY_UID(FROM_EMAILS, BY_UID)},
                                    {"list_customers_by_email_by_number", PAGE_BY_NUMBERS(FROM_EMAILS)},
                                    {"list_customers_by_email_sorted", PAGE_BY_KEYS(FROM_EMAILS)},
                                    {"count_customers_by_email", COUNT(FROM_EMAILS)}};
constexpr ListQueries user_queries{{"list_customers_by_user", PAGE_BY_UID(FROM_USER, BY_UID)},
                                   {"list_customers_by_user_by_number", PAGE_BY_NUMBERS(FROM_USER)},
                                   {"list_customers_by_user_sorted", PAGE_BY_KEYS(FROM_USER)},
                                   {"count_customers_by_user", COUNT(FROM_USER)}};
constexpr ListQueries attribute_queries{{"list_customers_by_attribute", PAGE_BY_UID(FROM_ATTRIBUTE, BY_UID)},
                                        {"list_customers_by_attribute_by_number", PAGE_BY_NUMBERS(FROM_ATTRIBUTE)},
                                        {"list_customers_by_attribute_sorted", PAGE_BY_KEYS(FROM_ATTRIBUTE)},
                                        {"count_customers_by_attribute", COUNT(FROM_ATTRIBUTE)}};

const ListQueries& queries_for(const CustomerFilter& filter) {
    if (!filter.emails.empty()) return email_queries;
    if (filter.user_email) return user_queries;
    if (filter.attribute) return attribute_queries;
    return filter.deleted ? any_queries : living_queries;
}

}  // namespace

std::optional<CustomerRow> find_customer(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    const db::Rows rows = tx.run(find_query, {reseller_id, account_id});
    if (rows.empty()) return std::nullopt;
    return to_customer(rows[0]);
}

void insert_profile(db::Tx& tx, const Profile& profile) {
    change_profile(tx, insert_profile_query, profile, db::Expect::any);
}

void update_profile(db::Tx& tx, const Profile& profile) {
    change_profile(tx, update_profile_query, profile, db::Expect::one);
}

void put_class_judgement(db::Tx& tx, const ClassJudgement& judgement) {
    tx.change(put_judgement_query, {judgement.reseller_id, judgement.account_class_id, judgement.through_id},
              db::Expect::any);
}

void delete_class_judgement(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_class_id) {
    tx.change(delete_judgement_query, {reseller_id, account_class_id}, db::Expect::any);
}

std::optional<ClassJudgement> find_class_judgement(db::Tx& tx) {
    const db::Rows rows = tx.run(find_judgement_query, {});
    if (rows.empty()) return std::nullopt;
    return ClassJudgement{rows[0].integer(0), rows[0].integer(1), rows[0].integer(2)};
}

namespace {

int statuses_of(const CustomerFilter& filter) {
    return (filter.active ? 1 : 0) | (filter.credit_hold ? 2 : 0) | (filter.administrative_hold ? 4 : 0) |
           (filter.deleted ? 8 : 0);
}

// The filter's values as parameters; borrowed by them.
struct FilterColumns {
    explicit FilterColumns(const CustomerFilter& filter)
        : statuses(statuses_of(filter)),
          created_from(store::to_column(filter.created_from)),
          created_until(store::to_column(filter.created_until)),
          updated_from(store::to_column(filter.updated_from)),
          updated_until(store::to_column(filter.updated_until)) {
        if (filter.attribute) key = filter.attribute->key;
        if (filter.attribute) value = searched_form(filter.attribute->value);
        if (filter.emails.empty()) return;
        emails.emplace();
        for (const std::string& email : filter.emails) *emails += email + ',';
    }

    int statuses;
    std::optional<std::int64_t> created_from, created_until, updated_from, updated_until;
    std::optional<std::string> key, value, emails;
};

std::vector<CustomerRow> to_customers(const db::Rows& rows) {
    std::vector<CustomerRow> customers;
    customers.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) customers.push_back(to_customer(rows[i]));
    return customers;
}

std::vector<CustomerRow> list_rows(db::Tx& tx, const CustomerFilter& filter, const CustomerPage& page,
                                   std::int64_t limit) {
    const ListQueries& queries = queries_for(filter);
    const FilterColumns columns(filter);
    if (page.order.empty()) {
        std::vector<CustomerRow> found = to_customers(
            tx.run(queries.by_uid, {filter.reseller_id, columns.statuses, columns.created_from, columns.created_until,
                                    columns.updated_from, columns.updated_until, filter.user_email, columns.key,
                                    columns.value, columns.emails, limit, page.offset}));
        const auto is_before = [](const CustomerRow& left, const CustomerRow& right) {
            return std::tie(left.account.uid, left.account.id) < std::tie(right.account.uid, right.account.id);
        };
        if (!std::is_sorted(found.begin(), found.end(), is_before)) std::sort(found.begin(), found.end(), is_before);
        return found;
    }
    const auto column_of = [&](std::size_t i) { return i < page.order.size() ? int(page.order[i].by) : 0; };
    const auto direction_of = [&](std::size_t i) { return i < page.order.size() && page.order[i].descending ? -1 : 1; };
    const bool is_by_numbers = std::all_of(page.order.begin(), page.order.end(),
                                           [](const SortKey& key) { return key.by <= CustomerOrder::updated_at; });
    return to_customers(tx.run(
        is_by_numbers ? queries.by_numbers : queries.by_keys,
        {filter.reseller_id, columns.statuses, columns.created_from, columns.created_until, columns.updated_from,
         columns.updated_until, filter.user_email, columns.key, columns.value, columns.emails, limit, page.offset,
         column_of(0), direction_of(0), column_of(1), direction_of(1), column_of(2), direction_of(2)}));
}

}  // namespace

CustomerRows list_customers(db::Tx& tx, const CustomerFilter& filter, const CustomerPage& page) {
    // One more says whether there are more.
    CustomerRows found{.rows = list_rows(tx, filter, page, page.limit + 1)};
    found.has_more = static_cast<std::int64_t>(found.rows.size()) > page.limit;
    if (found.has_more) found.rows.pop_back();
    return found;
}

std::int64_t count_customers(db::Tx& tx, const CustomerFilter& filter) {
    const FilterColumns columns(filter);
    return tx
        .run(queries_for(filter).count,
             {filter.reseller_id, columns.statuses, columns.created_from, columns.created_until, columns.updated_from,
              columns.updated_until, filter.user_email, columns.key, columns.value, columns.emails})[0]
        .integer(0);
}

}  // namespace store
