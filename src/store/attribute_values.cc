#include "store/attribute_values.h"

#include "store/lines.h"

namespace store {
namespace {

constexpr db::Query insert_query{"insert_attribute_value",
                                 "INSERT INTO attribute_value (reseller_id, key, value, account_id)"
                                 " VALUES ($1, $2, $3, $4)"};
constexpr db::Query delete_query{"delete_attribute_values", "DELETE FROM attribute_value WHERE account_id = $1"};
constexpr db::Query is_taken_query{"is_attribute_value_taken",
                                   "SELECT 1 FROM attribute_value v JOIN account a ON a.id = v.account_id"
                                   " WHERE v.reseller_id = $1 AND v.key = $2 AND v.value = $3 AND v.account_id <> $4"
                                   " AND a.removed_at IS NULL LIMIT 1"};

}  // namespace

std::string encode_attribute_values(const AttributeValues& values) {
    std::string column;
    for (const AttributeValue& value : values) {
        append_cell(column, value.key);
        column += '\t';
        append_cell(column, value.value);
        column += '\n';
    }
    return column;
}

AttributeValues decode_attribute_values(std::string_view column) {
    AttributeValues values;
    for (auto& cells : decode_lines(column)) {
        if (cells.size() != 2) throw db::Broken("an attribute value has a wrong number of cells");
        values.push_back({std::move(cells[0]), std::move(cells[1])});
    }
    return values;
}

void insert_attribute_value(db::Tx& tx, std::int64_t reseller_id, std::string_view key, std::string_view value,
                            std::int64_t account_id) {
    tx.change(insert_query, {reseller_id, key, value, account_id}, db::Expect::any);
}

void delete_attribute_values(db::Tx& tx, std::int64_t account_id) {
    tx.change(delete_query, {account_id}, db::Expect::any);
}

bool is_attribute_value_taken(db::Tx& tx, std::int64_t reseller_id, std::string_view key, std::string_view value,
                              std::int64_t except_account_id) {
    return !tx.run(is_taken_query, {reseller_id, key, value, except_account_id}).empty();
}

}  // namespace store
