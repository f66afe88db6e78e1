// Names of hosts as they stand in promotions, domains and e-mail addresses.

#pragma once

#include <string_view>

// Two labels or more, in lower case, of letters, digits and hyphens (RFC 1123 2.1); beyond ASCII as xn-- (RFC 5890).
bool is_host_name(std::string_view);
