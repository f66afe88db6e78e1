// E-mail addresses, as people type them: what can be one at all (RFC 5321 without quoted local parts and address
// literals). Whether it reaches anybody is not our business.

#pragma once

#include <string_view>

constexpr std::size_t email_length_max = 254;

bool is_email(std::string_view);
