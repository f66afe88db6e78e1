#include "core/webhook_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "core/base64.h"

namespace {

constexpr std::string_view secret_prefix = "whsec_";

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(length) - (text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0));
    if (encode_base64(bytes) != text) return std::nullopt;
    return bytes;
}

std::string to_webhook_secret(std::string_view bytes) { return std::string(secret_prefix) + encode_base64(bytes); }

std::optional<std::string> sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                                        std::string_view body) {
    if (!secret.starts_with(secret_prefix)) return std::nullopt;
    const auto key = decode_base64(secret.substr(secret_prefix.size()));
    if (!key || key->empty()) return std::nullopt;
    std::string signed_text;
    signed_text.reserve(id.size() + body.size() + 24);
    signed_text.append(id).append(".").append(std::to_string(timestamp_s)).append(".").append(body);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (!HMAC(EVP_sha256(), key->data(), static_cast<int>(key->size()),
              reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest, &length))
        throw std::runtime_error("HMAC failed");
    return "v1," + encode_base64({reinterpret_cast<const char*>(digest), length});
}
