// How an account's name is made: "%first_name %middle_name %last_name" with the account's own. Pure.

#pragma once

#include <string>
#include <string_view>

#include "model/profile.h"

// Each placeholder becomes its text, as it stands: an empty middle name leaves two spaces. Any other "%" stands for
// itself.
std::string expand_name_pattern(std::string_view pattern, const Profile&);

bool names_company(std::string_view pattern);  // does "%primary_name" stand in it?
