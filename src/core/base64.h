// Bytes as text that may stand in URLs and headers: RFC 4648 section 5 (base64url), without padding.

#pragma once

#include <optional>
#include <string>
#include <string_view>

std::string encode_base64url(std::string_view bytes);

// Absent: a character outside the alphabet, padding, a length that no bytes have, surplus bits that are not zero.
std::optional<std::string> decode_base64url(std::string_view text);
