// Rows <-> CatalogueType, AccountClass, Attribute, and a reseller's named settings. What is written here is kept in
// callers' memory: each write invalidates it. Each insert throws db::Duplicate when the id, or the reseller's key, is
// taken.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/attribute.h"
#include "model/catalogue.h"

namespace store {

std::vector<CatalogueType> list_account_types(db::Tx&, std::int64_t reseller_id);  // by id
void insert_account_type(db::Tx&, const CatalogueType&);
void update_account_type(db::Tx&, const CatalogueType&);
void delete_account_type(db::Tx&, const CatalogueType&);

std::optional<AccountClass> find_account_class(db::Tx&, std::int64_t reseller_id, std::int64_t id);
std::vector<AccountClass> list_account_classes(db::Tx&, std::int64_t reseller_id);  // by id
void insert_account_class(db::Tx&, const AccountClass&);
void update_account_class(db::Tx&, const AccountClass&);
void delete_account_class(db::Tx&, const AccountClass&);

std::vector<Attribute> list_attributes(db::Tx&, std::int64_t reseller_id);  // by weight, then id
void insert_attribute(db::Tx&, const Attribute&);
void update_attribute(db::Tx&, const Attribute&);
void delete_attribute(db::Tx&, const Attribute&);

std::map<std::string, std::string> list_reseller_settings(db::Tx&, std::int64_t reseller_id);
void put_reseller_setting(db::Tx&, std::int64_t reseller_id, std::string_view name, std::string_view value);
void delete_reseller_setting(db::Tx&, std::int64_t reseller_id, std::string_view name);

}  // namespace store
