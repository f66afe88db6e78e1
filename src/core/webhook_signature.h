// Standard Webhooks 1.0.0, symmetric signatures: HMAC-SHA256 over "id.timestamp.body", by a secret that is shown as
// whsec_ and base64. Pure functions; random bytes come from the caller.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// RFC 4648 section 4, with padding: what core/base64.h writes.
std::optional<std::string> decode_base64(std::string_view text);

std::string to_webhook_secret(std::string_view bytes);  // "whsec_..."

// "v1,<base64>": one of the texts that the header webhook-signature holds, with blanks between them.
// Absent: the secret is none.
std::optional<std::string> sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                                        std::string_view body);
