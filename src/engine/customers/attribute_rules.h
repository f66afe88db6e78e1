// What values attributes may have. Called for accounts by apply_fields (customer_fields.h), for managers by
// edit_managers.h.

#pragma once

#include "db/database.h"
#include "engine/access/enter_reseller.h"
#include "engine/field_errors.h"
#include "model/catalogue.h"
#include "model/profile.h"

// What an attribute of that type could hold at all; Password too. Rules: too_long, bad_characters, bad_format,
// not_listed.
void check_attribute_value(const CompiledAttribute&, std::string_view field, const std::string& value, FieldErrors&);

// Brings the given values into the profile: an empty one takes a value away. Of a password only that there is one is
// kept. Rules: see apply_fields.
void apply_attributes(db::Tx&, const Scope&, const AttributeValues& given, const CatalogueType&, const Profile* before,
                      Profile&, FieldErrors&);

// Writes those values by which accounts are looked up: of unique attributes, and of `inn`.
void write_searched_values(db::Tx&, const Catalogue&, const Profile&);

constexpr std::string_view taxpayer_number_key = "inn";
constexpr std::string_view kept_password = "set";  // stands for a password: nobody could use more of it
