#include "store/email_keys.h"

namespace store {
namespace {

constexpr db::Query find_place_query{"find_rekeyed_place", "SELECT user_id, account_id FROM emails_to_rekey"};
constexpr db::Query put_place_query{"put_rekeyed_place", "UPDATE emails_to_rekey SET user_id = $1, account_id = $2"};
constexpr db::Query end_query{"end_rekeying", "DELETE FROM emails_to_rekey"};
// What is left when all that can be seen of ASCII has been taken off from the left is nothing, or not ASCII.
#define VISIBLE_ASCII \
    "' !\"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~'"
#define BEYOND_ASCII "ltrim(email, " VISIBLE_ASCII ") <> '' OR lower(email) LIKE '%xn--%'"
constexpr db::Query list_users_query{"list_user_emails",
                                     "SELECT reseller_id, id, email FROM app_user WHERE id > $1 AND (" BEYOND_ASCII
                                     ") ORDER BY id LIMIT $2"};
constexpr db::Query list_profiles_query{
    "list_profile_emails",
    "SELECT reseller_id, account_id, email FROM account_profile WHERE account_id > $1 AND (" BEYOND_ASCII
    ") ORDER BY account_id LIMIT $2"};
constexpr db::Query put_user_query{
    "put_user_email_key",
    "UPDATE app_user SET email_key = $3 WHERE reseller_id = $1 AND id = $2 AND NOT EXISTS (SELECT 1 FROM app_user"
    " AS other WHERE other.reseller_id = $1 AND other.email_key = $3)"};
constexpr db::Query put_profile_query{"put_profile_email_key",
                                      "UPDATE account_profile SET email_key = $3 WHERE reseller_id = $1"
                                      " AND account_id = $2"};

std::vector<StoredEmail> to_emails(const db::Rows& rows) {
    std::vector<StoredEmail> emails;
    for (std::size_t i = 0; i < rows.size(); ++i)
        emails.push_back({rows[i].integer(0), rows[i].integer(1), rows[i].text(2)});
    return emails;
}

}  // namespace

std::optional<RekeyedPlace> find_rekeyed_place(db::Tx& tx) {
    const db::Rows rows = tx.run(find_place_query, {});
    if (rows.empty()) return std::nullopt;
    return RekeyedPlace{rows[0].integer(0), rows[0].integer(1)};
}

void put_rekeyed_place(db::Tx& tx, const std::optional<RekeyedPlace>& place) {
    if (place)
        tx.change(put_place_query, {place->user_id, place->account_id}, db::Expect::any);
    else
        tx.change(end_query, {}, db::Expect::any);
}

std::vector<StoredEmail> list_user_emails(db::Tx& tx, std::int64_t after_id, int limit) {
    return to_emails(tx.run(list_users_query, {after_id, limit}));
}

std::vector<StoredEmail> list_profile_emails(db::Tx& tx, std::int64_t after_id, int limit) {
    return to_emails(tx.run(list_profiles_query, {after_id, limit}));
}

void put_user_email_key(db::Tx& tx, std::int64_t reseller_id, std::int64_t user_id, std::string_view key) {
    tx.change(put_user_query, {reseller_id, user_id, key}, db::Expect::any);
}

void put_profile_email_key(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id, std::string_view key) {
    tx.change(put_profile_query, {reseller_id, account_id, key}, db::Expect::any);
}

}  // namespace store
