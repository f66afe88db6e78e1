#include "store/reseller_settings.h"

namespace store {
namespace {

constexpr db::Query find_query{
    "find_inherited_setting",
    "WITH RECURSIVE above (id, distance) AS (SELECT CAST($1 AS BIGINT), 0 UNION ALL"
    " SELECT reseller.parent_id, above.distance + 1 FROM reseller JOIN above ON reseller.id = above.id"
    " WHERE reseller.parent_id IS NOT NULL)"
    " SELECT reseller_setting.value FROM above JOIN reseller_setting ON reseller_setting.reseller_id = above.id"
    " WHERE reseller_setting.name = $2 ORDER BY above.distance LIMIT 1"};

constexpr db::Query list_query{"list_settings_upwards",
                               "WITH RECURSIVE above (id) AS (SELECT CAST($1 AS BIGINT) UNION ALL"
                               " SELECT reseller.parent_id FROM reseller JOIN above ON reseller.id = above.id"
                               " WHERE reseller.parent_id IS NOT NULL)"
                               " SELECT reseller_setting.name, reseller_setting.value FROM above"
                               " JOIN reseller_setting ON reseller_setting.reseller_id = above.id"
                               " WHERE reseller_setting.name IN ($2, $3, $4, $5)"};

}  // namespace

std::vector<std::pair<std::string, std::string>> list_settings_upwards(db::Tx& tx, std::int64_t reseller_id,
                                                                       const std::array<std::string_view, 4>& names) {
    const db::Rows rows = tx.run(list_query, {reseller_id, names[0], names[1], names[2], names[3]});
    std::vector<std::pair<std::string, std::string>> settings;
    for (std::size_t i = 0; i < rows.size(); ++i) settings.emplace_back(rows[i].text(0), rows[i].text(1));
    return settings;
}

std::optional<std::string> find_inherited_setting(db::Tx& tx, std::int64_t reseller_id, std::string_view name) {
    const db::Rows rows = tx.run(find_query, {reseller_id, name});
    if (rows.empty()) return std::nullopt;
    return rows[0].text(0);
}

}  // namespace store
