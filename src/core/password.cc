#include "core/password.h"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

namespace {

// OWASP's first choice for Argon2id.
constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = std::size_t{19} << 20;
constexpr std::size_t hash_length = 32;

void start_sodium() {
    static const bool works = sodium_init() >= 0;
    if (!works) throw std::runtime_error("libsodium does not start");
}

std::string base64(const unsigned char* bytes, std::size_t size) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(size, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, variant);
    text.resize(text.find('\0'));
    return text;
}

}  // namespace

std::string hash_password(std::string_view password, std::string_view salted_with) {
    start_sodium();
    std::array<unsigned char, crypto_pwhash_argon2id_SALTBYTES> salt;
    crypto_generichash(salt.data(), salt.size(), reinterpret_cast<const unsigned char*>(salted_with.data()),
                       salted_with.size(), nullptr, 0);
    std::array<unsigned char, hash_length> hash;
    if (crypto_pwhash_argon2id(hash.data(), hash.size(), password.data(), password.size(), salt.data(), passes,
                               memory_bytes, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        throw std::bad_alloc();
    std::string text =
        "$argon2id$v=19$m=" + std::to_string(memory_bytes >> 10) + ",t=" + std::to_string(passes) + ",p=1$";
    return text + base64(salt.data(), salt.size()) + '$' + base64(hash.data(), hash.size());
}

bool is_password(std::string_view hash, std::string_view password) {
    start_sodium();
    return crypto_pwhash_argon2id_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}
