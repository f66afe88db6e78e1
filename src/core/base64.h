// Bytes as text: RFC 4648 section 4 (base64) with padding, and section 5 (base64url) without, which may stand in URLs
// and headers.

#pragma once

#include <optional>
#include <string>
#include <string_view>

std::string encode_base64(std::string_view bytes);
std::string encode_base64url(std::string_view bytes);

// Absent: a character outside the alphabet, padding, a length that no bytes have, surplus bits that are not zero.
std::optional<std::string> decode_base64url(std::string_view text);
