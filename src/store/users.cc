#include "store/users.h"

#include <string>

#include "store/convert.h"
#include "store/user_row.h"

namespace store {
namespace {

constexpr db::Query find_query{
    "find_user", "SELECT " USER_COLUMNS " FROM app_user AS o WHERE o.reseller_id = $1 AND o.email_key = $2"};
constexpr db::Query find_by_id_query{
    "find_user_by_id", "SELECT " USER_COLUMNS " FROM app_user AS o WHERE o.id = $2 AND o.reseller_id = $1"};
constexpr db::Query find_owner_query{"find_owner",
                                     "SELECT " USER_COLUMNS
                                     " FROM account_user JOIN app_user AS o ON o.reseller_id ="
                                     " account_user.reseller_id AND o.id = account_user.user_id"
                                     " WHERE account_user.reseller_id = $1 AND account_user.account_id = $2"
                                     " AND account_user.level = 1"};
constexpr db::Query insert_query{
    "insert_user",
    "INSERT INTO app_user (id, reseller_id, email, email_key, created_at, first_name, middle_name, last_name, status,"
    " privacy_policy_accepted_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT "
    "(reseller_id, email_key) DO NOTHING"};
constexpr db::Query is_attached_query{"is_user_attached",
                                      "SELECT 1 FROM account_user WHERE reseller_id = $1 AND account_id = $2"
                                      " AND user_id = $3"};
constexpr db::Query attach_query{"attach_user",
                                 "INSERT INTO account_user (reseller_id, account_id, user_id, level, created_at)"
                                 " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};

std::optional<User> first(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return to_user(rows[0], 0);
}

}  // namespace

User to_user(const db::Row& row, std::size_t at) {
    const Instant created_at = from_milliseconds(row.integer(at + 3));
    return {
        .reseller_id = row.integer(at + 1),
        .id = row.integer(at),
        .email = row.text(at + 2),
        .first_name = row.text(at + 4),
        .middle_name = row.text(at + 5),
        .last_name = row.text(at + 6),
        .status = UserStatus(row.integer(at + 7)),
        .privacy_policy_accepted_at = to_instant(row.find_integer(at + 8)),
        .created_at = created_at,
        .updated_at = to_instant(row.find_integer(at + 9)).value_or(created_at),
    };
}

std::optional<User> find_user(db::Tx& tx, std::int64_t reseller_id, std::string_view email_key) {
    return first(tx.run(find_query, {reseller_id, email_key}));
}

std::optional<User> find_user_by_id(db::Tx& tx, std::int64_t reseller_id, std::int64_t id) {
    return first(tx.run(find_by_id_query, {reseller_id, id}));
}

std::optional<User> find_owner(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    return first(tx.run(find_owner_query, {reseller_id, account_id}));
}

void insert_user(db::Tx& tx, const User& user, std::string_view email_key) {
    tx.change(insert_query,
              {user.id, user.reseller_id, user.email, email_key, to_milliseconds(user.created_at), user.first_name,
               user.middle_name, user.last_name, int(user.status), to_column(user.privacy_policy_accepted_at),
               to_milliseconds(user.updated_at)},
              db::Expect::new_row);
}

bool is_user_attached(db::Tx& tx, const User& user, std::int64_t account_id) {
    return !tx.run(is_attached_query, {user.reseller_id, account_id, user.id}).empty();
}

void attach_user(db::Tx& tx, const User& user, std::int64_t account_id, UserLevel level, Instant at) {
    tx.change(attach_query, {user.reseller_id, account_id, user.id, int(level), to_milliseconds(at)},
              db::Expect::new_row);
}

}  // namespace store
