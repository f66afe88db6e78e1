// What the operator's settings allow in a company's name. Pure.

#pragma once

#include <string_view>

#include "engine/catalogue/catalogue.h"
#include "engine/field_errors.h"

// Rules, each only where it is set: special_characters, abbreviation, top_level_domain.
void check_company_name(std::string_view field, std::string_view name, const CompanyNameRules&, FieldErrors&);
