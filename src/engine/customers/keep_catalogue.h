// Account types, classes, attributes and settings, as the operator keeps them: for a reseller, and so for all below it.
// An id of 0 is given here; a created_at of 1970 becomes now. What is changed is replaced as a whole, but for its ids,
// key and created_at; all callers see it at once.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/field_errors.h"
#include "engine/world.h"
#include "model/attribute.h"
#include "model/catalogue.h"

// All refuse: invalid, all at once: reseller (unknown), id (out_of_range), key (required, bad_characters), name
// (required, too_long, bad_characters) and what is named below; conflict (the id, or the reseller's key, is taken).
// change_ refuses also: not_found.

// name_pattern (required, too_long, bad_characters), primary_name (too_long, bad_characters).
Result<CatalogueType> add_account_type(db::Tx&, World&, CatalogueType);
Result<CatalogueType> change_account_type(db::Tx&, World&, CatalogueType);

// color (too_long, bad_characters), the amounts and periods (out_of_range). Accounts whose balance the new threshold or
// period holds or lifts are held or lifted with it.
Result<AccountClass> add_account_class(db::Tx&, World&, AccountClass);
Result<AccountClass> change_account_class(db::Tx&, World&, AccountClass);

// format (bad_format: no pattern, or one that cannot be run in linear time; not_allowed: a list has none), options
// (required: a list without any; duplicate; bad_characters), default_value (as a value of the attribute; not_allowed:
// of a unique one), account_types (unknown). The type and subject of an attribute do not change.
Result<Attribute> add_attribute(db::Tx&, World&, Attribute);
Result<Attribute> change_attribute(db::Tx&, World&, Attribute);

// Settings by name, see engine/catalogue/catalogue.h; absent: back to what the reseller above says.
// Refuses: invalid reseller (unknown), NAME (unknown; bad_format).
Result<void> change_reseller_settings(db::Tx&, World&, std::int64_t reseller_id,
                                      const std::map<std::string, std::optional<std::string>>& settings);
