// Attribute values as they stand in a column, and the table of those by which accounts are looked up.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/attribute.h"

namespace store {

std::string encode_attribute_values(const AttributeValues&);
AttributeValues decode_attribute_values(std::string_view column);

// As a value stands in the table and is looked up there: itself, or, where an index of PostgreSQL's would not take it,
// its digest, which no value that is accepted looks like.
std::string searched_form(std::string_view value);

void insert_attribute_value(db::Tx&, std::int64_t reseller_id, std::string_view key, std::string_view value,
                            std::int64_t account_id);
void delete_attribute_values(db::Tx&, std::int64_t reseller_id, std::int64_t account_id);

// Does another account of the reseller have the value, one that has not been removed?
bool is_attribute_value_taken(db::Tx&, std::int64_t reseller_id, std::string_view key, std::string_view value,
                              std::int64_t except_account_id);

// Those that were written before there were digests. All at once: so long a value is rare.
void shorten_attribute_values(db::Tx&);

}  // namespace store
