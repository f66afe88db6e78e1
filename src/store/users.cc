#include "store/users.h"

#include <algorithm>
#include <string>

#include "store/convert.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_user",
                               "SELECT id, reseller_id, email, created_at FROM app_user"
                               " WHERE reseller_id = $1 AND email_key = $2"};
constexpr db::Query find_owner_query{
    "find_owner",
    "SELECT app_user.id, app_user.reseller_id, app_user.email, app_user.created_at FROM account_user"
    " JOIN app_user ON app_user.id = account_user.user_id"
    " WHERE account_user.reseller_id = $1 AND account_user.account_id = $2 AND account_user.level = 1"};
constexpr db::Query insert_query{"insert_user",
                                 "INSERT INTO app_user (id, reseller_id, email, email_key, created_at)"
                                 " VALUES ($1, $2, $3, $4, $5)"};
constexpr db::Query attach_query{"attach_user",
                                 "INSERT INTO account_user (reseller_id, account_id, user_id, level, created_at)"
                                 " VALUES ($1, $2, $3, $4, $5)"};

std::string key_of(std::string_view email) {
    std::string key(email);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return key;
}

std::optional<User> first(const db::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return User{.reseller_id = rows[0].integer(1),
                .id = rows[0].integer(0),
                .email = rows[0].text(2),
                .created_at = from_milliseconds(rows[0].integer(3))};
}

}  // namespace

std::optional<User> find_user(db::Tx& tx, std::int64_t reseller_id, std::string_view email) {
    return first(tx.run(find_query, {reseller_id, key_of(email)}));
}

std::optional<User> find_owner(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    return first(tx.run(find_owner_query, {reseller_id, account_id}));
}

void insert_user(db::Tx& tx, const User& user) {
    tx.run(insert_query, {user.id, user.reseller_id, user.email, key_of(user.email), to_milliseconds(user.created_at)});
}

void attach_user(db::Tx& tx, const User& user, std::int64_t account_id, UserLevel level, Instant at) {
    tx.run(attach_query, {user.reseller_id, account_id, user.id, int(level), to_milliseconds(at)});
}

}  // namespace store
