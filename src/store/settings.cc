#include "store/settings.h"

namespace store {
namespace {

constexpr db::Query find_query{"find_setting", "SELECT value FROM setting WHERE name = $1"};
constexpr db::Query insert_query{"insert_setting",
                                 "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING"};

constexpr db::Query put_query{"put_setting",
                              "INSERT INTO setting (name, value) VALUES ($1, $2)"
                              " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

}  // namespace

std::optional<std::string> find_setting(db::Tx& tx, std::string_view name) {
    const db::Rows rows = tx.run(find_query, {name});
    if (rows.empty()) return std::nullopt;
    return rows[0].text(0);
}

void insert_setting(db::Tx& tx, std::string_view name, std::string_view value) {
    tx.change(insert_query, {name, value}, db::Expect::new_row);
}

void put_setting(db::Tx& tx, std::string_view name, std::string_view value) {
    tx.change(put_query, {name, value}, db::Expect::any);
}

}  // namespace store
