// E-mail addresses, one rule for all of them: contacts, owners, managers, redemptions, filters. What can be one at all
// is RFC 5321 without quoted local parts and address literals, with the letters of RFC 6531, and without any character
// that cannot be seen. Whether it reaches anybody is not our business.

#pragma once

#include <string>
#include <string_view>

// A local part of at most 64 bytes, "@", a host of at least two labels that UTS #46 (non-transitional) makes a name of,
// 254 bytes in all.
bool is_email(std::string_view);

// By which two addresses are the same: the local part after NFC and case folding, the host as its A-label. What is no
// address has a key, too, that of no other address.
std::string email_key(std::string_view);
