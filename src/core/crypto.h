// The little cryptography that partnerd needs, over OpenSSL: digests of credentials, comparison in constant time, a
// sealed reference (a row's address that an outsider can neither read nor guess), and texts that only the holder of a
// secret can read again. Randomness comes from engine/world.h.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// The first 64 bits of the SHA-256.
std::int64_t sha256_number(std::string_view bytes);

// Takes as long whether or not the texts differ, as long as they are of one length.
bool equal_in_constant_time(std::string_view, std::string_view);

using SealingKey = std::array<std::uint8_t, 16>;

// Where an account lives, and which of its successive tokens is meant.
struct Reference {
    std::int64_t reseller_id;  // 0 .. 2^32 - 1
    std::int64_t account_id;   // 0 .. 2^56 - 1
    std::uint64_t nonce;       // 0 .. 2^40 - 1, random

    bool operator==(const Reference&) const = default;
};

// One AES-128 block: a permutation of all 128-bit values. Of these only as many open to an account as there are
// accounts, so a token cannot be guessed, says nothing of its account, its age or how many there are, and still finds
// its row without an index over random values. 26 characters of A-Z and 2-7 (RFC 4648 base32, without padding).
std::string seal(const SealingKey&, const Reference&);
std::optional<Reference> open_seal(const SealingKey&, std::string_view text);  // absent: not such a text

// For references of another shape: the block itself, and a key of its own for each purpose, so that what was sealed for
// one opens to nothing sensible for another.
using Block = std::array<std::uint8_t, 16>;
Block encrypt_block(const SealingKey&, const Block&);
Block decrypt_block(const SealingKey&, const Block&);
SealingKey derive_sealing_key(const SealingKey&, std::string_view purpose);

// Numbers in blocks: so many bytes from an offset on, the most significant first.
void put_number(Block&, std::size_t offset, std::size_t bytes, std::uint64_t value);
std::uint64_t get_number(const Block&, std::size_t offset, std::size_t bytes);

// AES-256-GCM. The nonce must never be used twice with one secret: 96 random bits. The secret may be any text of enough
// entropy; what it is used for keeps its uses apart.
using EncryptionNonce = std::array<std::uint8_t, 12>;
std::string encrypt(std::string_view secret, std::string_view used_for, const EncryptionNonce&, std::string_view plain);

// Absent: made with another secret or for another use, or changed since.
std::optional<std::string> decrypt(std::string_view secret, std::string_view used_for, std::string_view encrypted);
