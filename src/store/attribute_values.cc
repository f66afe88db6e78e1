#include "store/attribute_values.h"

#include "core/crypto.h"
#include "store/lines.h"

namespace store {
namespace {

constexpr std::size_t bytes_max = 1'000;  // of what stands in the table itself

constexpr db::Query insert_query{"insert_attribute_value",
                                 "INSERT INTO attribute_value (reseller_id, key, value, account_id)"
                                 " VALUES ($1, $2, $3, $4)"};
constexpr db::Query delete_query{"delete_attribute_values",
                                 "DELETE FROM attribute_value WHERE reseller_id = $1 AND account_id = $2"};
constexpr db::Query is_taken_query{"is_attribute_value_taken",
                                   "SELECT 1 FROM attribute_value v JOIN account a ON a.reseller_id = v.reseller_id"
                                   " AND a.id = v.account_id"
                                   " WHERE v.reseller_id = $1 AND v.key = $2 AND v.value = $3 AND v.account_id <> $4"
                                   " AND a.removed_at IS NULL LIMIT 1"};
// In characters, of four bytes at most.
constexpr db::Query list_long_query{"list_long_attribute_values",
                                    "SELECT reseller_id, key, value, account_id FROM attribute_value"
                                    " WHERE length(value) > 250"};
constexpr db::Query replace_query{"replace_attribute_value",
                                  "UPDATE attribute_value SET value = $5"
                                  " WHERE reseller_id = $1 AND key = $2 AND value = $3 AND account_id = $4"};

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

std::string searched_form(std::string_view value) {
    return value.size() <= bytes_max ? std::string(value) : "\x01sha256:" + sha256_hex(value);
}

void insert_attribute_value(db::Tx& tx, std::int64_t reseller_id, std::string_view key, std::string_view value,
                            std::int64_t account_id) {
    tx.change(insert_query, {reseller_id, key, searched_form(value), account_id}, db::Expect::any);
}

void delete_attribute_values(db::Tx& tx, std::int64_t reseller_id, std::int64_t account_id) {
    tx.change(delete_query, {reseller_id, account_id}, db::Expect::any);
}

bool is_attribute_value_taken(db::Tx& tx, std::int64_t reseller_id, std::string_view key, std::string_view value,
                              std::int64_t except_account_id) {
    return !tx.run(is_taken_query, {reseller_id, key, searched_form(value), except_account_id}).empty();
}

void shorten_attribute_values(db::Tx& tx) {
    const db::Rows rows = tx.run(list_long_query, {});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string value = rows[i].text(2);
        if (value.size() <= bytes_max) continue;
        tx.change(replace_query, {rows[i].integer(0), rows[i].text(1), value, rows[i].integer(3), searched_form(value)},
                  db::Expect::one);
    }
}

}  // namespace store
