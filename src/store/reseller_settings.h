// One setting of a reseller, its own or the nearest of those above it: for rules that ask for a single one and have no
// catalogue (engine/catalogue/catalogue.h) at hand.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"

namespace store {

// These settings, of the reseller and of all above it: name, value.
std::vector<std::pair<std::string, std::string>> list_settings_upwards(db::Tx&, std::int64_t reseller_id,
                                                                       const std::array<std::string_view, 4>& names);

std::optional<std::string> find_inherited_setting(db::Tx&, std::int64_t reseller_id, std::string_view name);

}  // namespace store
