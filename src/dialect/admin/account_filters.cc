#include "dialect/admin/account_filters.h"

#include "dialect/admin/cursor.h"
#include "engine/host_name.h"

namespace admin {
namespace {

std::optional<AccountStatus> find_status(Query& query) {
    const auto text = query.find_text("status");
    if (!text) return std::nullopt;
    for (const AccountStatus status : all_account_statuses)
        if (to_string(status) == *text) return status;
    query.object_to("status", Rule::unsupported,
                    "It must be entitled, provisioned, activated, suspended or deprovisioned.");
    return std::nullopt;
}

std::optional<std::string> find_uid_prefix(Query& query) {
    auto prefix = query.find_text("uid_prefix");
    if (!prefix) return std::nullopt;
    for (const char c : *prefix) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.')
            continue;
        query.object_to("uid_prefix", Rule::bad_characters, "Uids hold letters, digits, hyphens and periods.");
        return std::nullopt;
    }
    return prefix;
}

std::optional<std::string> find_domain(Query& query) {
    auto domain = query.find_text("domain");
    if (domain && !is_host_name(*domain))
        query.object_to("domain", Rule::bad_format, "It must be a domain, in lower case.");
    return domain;
}

}  // namespace

ListAccounts read_account_filters(Query& query, const service::Call& call) {
    ListAccounts filters{.status = find_status(query),
                         .type = query.find_account_type("type"),
                         .domain = find_domain(query),
                         .uid_prefix = find_uid_prefix(query),
                         .email = query.find_email("email"),
                         .ends_after = query.find_instant("ends_after"),
                         .ends_before = query.find_instant("ends_before"),
                         .removed = query.find_boolean("removed").value_or(false),
                         .oldest_first = read_oldest_first(query),
                         .page = read_account_page(query, call)};
    if (filters.removed && filters.status)
        query.object_to("status", Rule::unsupported, "Removed accounts have no other status.");
    return filters;
}

}  // namespace admin
