#include "core/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "core/hexadecimal.h"

namespace {

constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t sealed_length = 26;  // ceil(128 / 5)

// An AES-128 context for one key and direction, kept by each thread: setting up the key costs more than the block.
// There are as many as purposes that one request may have.
EVP_CIPHER_CTX* cipher(const SealingKey& key, bool encrypt) {
    struct Context {
        std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> handle{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
        std::optional<SealingKey> key;
    };
    constexpr std::size_t contexts_max = 4;
    static thread_local Context contexts[2][contexts_max];
    static thread_local std::size_t next[2] = {0, 0};
    for (Context& known : contexts[encrypt])
        if (known.key == key) return known.handle.get();
    Context& context = contexts[encrypt][next[encrypt]++ % contexts_max];
    if (EVP_CipherInit_ex(context.handle.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr, encrypt) != 1)
        throw std::runtime_error("AES is not available");
    EVP_CIPHER_CTX_set_padding(context.handle.get(), 0);
    context.key = key;
    return context.handle.get();
}

// SHA-256, kept by each thread: looking the algorithm up costs more than the digest of a secret.
EVP_MD_CTX* digest_context() {
    static thread_local const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context = [] {
        std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> made(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        if (!made || EVP_DigestInit_ex(made.get(), EVP_sha256(), nullptr) != 1)
            throw std::runtime_error("SHA-256 is not available");
        return made;
    }();
    return context.get();
}

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes) {
    EVP_MD_CTX* const context = digest_context();
    Digest digest;
    unsigned int length = 0;
    if (EVP_DigestInit_ex(context, nullptr, nullptr) != 1 ||
        EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context, digest.data(), &length) != 1 || length != digest.size())
        throw std::runtime_error("SHA-256 failed");
    return digest;
}

Block run_cipher(const SealingKey& key, const Block& input, bool encrypt) {
    Block output;
    int length = 0;
    if (EVP_CipherUpdate(cipher(key, encrypt), output.data(), &length, input.data(), 16) != 1 || length != 16)
        throw std::runtime_error("AES failed");
    return output;
}

std::string encode_base32(const Block& block) {
    std::string text;
    text.reserve(sealed_length);
    std::uint32_t bits = 0;
    int pending = 0;
    for (const std::uint8_t byte : block) {
        bits = (bits << 8 | byte) & 0xfff;
        for (pending += 8; pending >= 5; pending -= 5) text += base32_alphabet[bits >> (pending - 5) & 31];
    }
    text += base32_alphabet[bits << (5 - pending) & 31];
    return text;
}

std::optional<Block> decode_base32(std::string_view text) {
    if (text.size() != sealed_length) return std::nullopt;
    Block block{};
    std::uint32_t bits = 0;
    int pending = 0;
    std::size_t filled = 0;
    for (const char character : text) {
        const std::size_t value = base32_alphabet.find(character);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
        pending += 5;
        if (pending >= 8 && filled < block.size()) {
            pending -= 8;
            block[filled++] = static_cast<std::uint8_t>(bits >> pending);
        }
    }
    const bool surplus_is_zero = (bits & ((1u << pending) - 1)) == 0;
    if (!surplus_is_zero) return std::nullopt;
    return block;
}

constexpr std::size_t gcm_tag_length = 16;

std::array<unsigned char, 32> derive_key(std::string_view secret, std::string_view used_for) {
    std::string input(used_for);
    input += '\0';
    input += secret;
    std::array<unsigned char, 32> key;
    if (EVP_Digest(input.data(), input.size(), key.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available");
    OPENSSL_cleanse(input.data(), input.size());
    return key;
}

SealingKey derive_for(const SealingKey& key, std::string_view purpose) {
    auto derived = derive_key({reinterpret_cast<const char*>(key.data()), key.size()}, purpose);
    SealingKey result;
    std::copy_n(derived.begin(), result.size(), result.begin());
    OPENSSL_cleanse(derived.data(), derived.size());
    return result;
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

CipherContext gcm(std::string_view secret, std::string_view used_for, const unsigned char* nonce, bool encrypts) {
    CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    auto key = derive_key(secret, used_for);
    const int ready = EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce, encrypts);
    OPENSSL_cleanse(key.data(), key.size());
    if (ready != 1) throw std::runtime_error("AES-GCM is not available");
    return context;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    const Digest digest = sha256(bytes);
    std::string text;
    text.reserve(2 * digest.size());
    for (const std::uint8_t byte : digest) append_hexadecimal(text, byte);
    return text;
}

std::int64_t sha256_number(std::string_view bytes) {
    const Digest digest = sha256(bytes);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8 | digest[i];
    return static_cast<std::int64_t>(number);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

void put_number(Block& block, std::size_t offset, std::size_t bytes, std::uint64_t value) {
    for (std::size_t i = bytes; i-- > 0; value >>= 8) block[offset + i] = static_cast<std::uint8_t>(value);
}

std::uint64_t get_number(const Block& block, std::size_t offset, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | block[offset + i];
    return value;
}

Block encrypt_block(const SealingKey& key, const Block& block) { return run_cipher(key, block, true); }

Block decrypt_block(const SealingKey& key, const Block& block) { return run_cipher(key, block, false); }

SealingKey derive_sealing_key(const SealingKey& key, std::string_view purpose) {
    // Kept by each thread, as many as there are purposes: deriving a key costs more than the block that it seals.
    struct Derived {
        SealingKey from;
        std::string purpose;
        SealingKey key;
    };
    constexpr std::size_t kept_max = 8;
    static thread_local std::vector<Derived> kept;
    for (const Derived& known : kept)
        if (known.from == key && known.purpose == purpose) return known.key;
    if (kept.size() == kept_max) kept.erase(kept.begin());
    return kept.emplace_back(Derived{key, std::string(purpose), derive_for(key, purpose)}).key;
}

std::string seal(const SealingKey& key, const Reference& reference) {
    Block block;
    put_number(block, 0, 4, static_cast<std::uint64_t>(reference.reseller_id));
    put_number(block, 4, 7, static_cast<std::uint64_t>(reference.account_id));
    put_number(block, 11, 5, reference.nonce);
    return encode_base32(run_cipher(key, block, true));
}

std::optional<Reference> open_seal(const SealingKey& key, std::string_view text) {
    const auto sealed = decode_base32(text);
    if (!sealed) return std::nullopt;
    const Block block = run_cipher(key, *sealed, false);
    return Reference{
        .reseller_id = static_cast<std::int64_t>(get_number(block, 0, 4)),
        .account_id = static_cast<std::int64_t>(get_number(block, 4, 7)),
        .nonce = get_number(block, 11, 5),
    };
}

std::string encrypt(std::string_view secret, std::string_view used_for, const EncryptionNonce& nonce,
                    std::string_view plain) {
    const CipherContext context = gcm(secret, used_for, nonce.data(), true);
    std::string encrypted(nonce.begin(), nonce.end());
    encrypted.resize(nonce.size() + plain.size() + gcm_tag_length);
    auto* out = reinterpret_cast<unsigned char*>(encrypted.data()) + nonce.size();
    int length = 0;
    int rest = 0;
    const bool done =
        EVP_CipherUpdate(context.get(), out, &length, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
        EVP_CipherFinal_ex(context.get(), out + length, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, gcm_tag_length, out + plain.size()) == 1;
    if (!done) throw std::runtime_error("AES-GCM failed");
    return encrypted;
}

std::optional<std::string> decrypt(std::string_view secret, std::string_view used_for, std::string_view encrypted) {
    constexpr std::size_t nonce_length = std::tuple_size_v<EncryptionNonce>;
    if (encrypted.size() < nonce_length + gcm_tag_length) return std::nullopt;
    const CipherContext context = gcm(secret, used_for, bytes_of(encrypted), false);
    const std::string_view sealed = encrypted.substr(nonce_length, encrypted.size() - nonce_length - gcm_tag_length);
    std::string tag(encrypted.substr(encrypted.size() - gcm_tag_length));
    std::string plain(sealed.size(), '\0');
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    int length = 0;
    int rest = 0;
    const bool is_genuine =
        EVP_CipherUpdate(context.get(), out, &length, bytes_of(sealed), static_cast<int>(sealed.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, gcm_tag_length, tag.data()) == 1 &&
        EVP_CipherFinal_ex(context.get(), out + length, &rest) == 1;
    if (!is_genuine) return std::nullopt;
    return plain;
}
