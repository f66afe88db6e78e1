#include "dialect/pages/html.h"

#include "core/base64.h"
#include "core/crypto.h"
#include "core/hexadecimal.h"

namespace service {
namespace {

// CSP level 3, 2.3.1: 'sha256-' and base64 with padding.
std::string csp_hash(std::string_view text) {
    const std::string digest = sha256_hex(text);
    std::string bytes;
    for (std::size_t i = 0; i < digest.size(); i += 2)
        bytes += static_cast<char>(hexadecimal(digest[i]) << 4 | hexadecimal(digest[i + 1]));
    return "'sha256-" + encode_base64(bytes) + "'";
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\'': escaped += "&#39;"; break;
        default: escaped += c;
        }
    }
    return escaped;
}

std::string content_security_policy(std::string_view style) {
    return "default-src 'none'; style-src " + csp_hash(style) +
           "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

}  // namespace service
