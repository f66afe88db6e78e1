#include "store/search.h"

#include <string>

namespace store {
namespace {

constexpr db::Query by_user_email_query{
    "list_accounts_by_user_email_prefix",
    "SELECT account_user.account_id FROM app_user CROSS JOIN account_user WHERE account_user.reseller_id = "
    "app_user.reseller_id AND account_user.user_id = app_user.id AND app_user.reseller_id = $1 AND "
    "app_user.email_key >= $2 AND app_user.email_key < $3 ORDER BY app_user.email_key LIMIT $4"};
constexpr db::Query by_contact_email_query{
    "list_accounts_by_contact_email_prefix",
    "SELECT account_id FROM account_profile WHERE reseller_id = $1 AND email_key >= $2 AND email_key < $3"
    " ORDER BY email_key LIMIT $4"};
// As far as the index knows it.
#define NAME "lower(substr(name, 1, 320))"
constexpr db::Query by_name_query{"list_accounts_by_name_prefix",
                                  "SELECT account_id FROM account_profile WHERE reseller_id = $1 AND " NAME
                                  " >= $2 AND " NAME
                                  " < $3"
                                  " ORDER BY " NAME " LIMIT $4"};
constexpr db::Query of_request_query{
    "list_accounts_of_request",
    "SELECT reseller_id, account_id FROM (SELECT id, reseller_id, account_id, request_id FROM event ORDER BY id DESC"
    " LIMIT $2) AS latest WHERE request_id = $1 AND account_id <> 0 ORDER BY id DESC LIMIT $3"};

// Behind every text that begins so.
std::string end_of(std::string_view prefix) { return std::string(prefix) + "\xF4\x8F\xBF\xBF"; }

void append_by_prefix(db::Tx& tx, const db::Query& query, std::int64_t reseller_id, std::string_view prefix, int limit,
                      std::vector<std::int64_t>& ids) {
    const db::Rows rows = tx.run(query, {reseller_id, prefix, end_of(prefix), limit});
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i].integer(0));
}

}  // namespace

std::vector<std::int64_t> list_accounts_by_email_prefix(db::Tx& tx, std::int64_t reseller_id, std::string_view prefix,
                                                        int limit) {
    std::vector<std::int64_t> ids;
    append_by_prefix(tx, by_user_email_query, reseller_id, prefix, limit, ids);
    append_by_prefix(tx, by_contact_email_query, reseller_id, prefix, limit, ids);
    return ids;
}

std::vector<std::int64_t> list_accounts_by_name_prefix(db::Tx& tx, std::int64_t reseller_id, std::string_view prefix,
                                                       int limit) {
    std::vector<std::int64_t> ids;
    append_by_prefix(tx, by_name_query, reseller_id, prefix, limit, ids);
    return ids;
}

std::vector<AccountOfRequest> list_accounts_of_request(db::Tx& tx, std::string_view request_id, int events_max,
                                                       int limit) {
    const db::Rows rows = tx.run(of_request_query, {request_id, events_max, limit});
    std::vector<AccountOfRequest> found;
    for (std::size_t i = 0; i < rows.size(); ++i) found.push_back({rows[i].integer(0), rows[i].integer(1)});
    return found;
}

}  // namespace store
