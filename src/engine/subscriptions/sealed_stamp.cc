#include "engine/subscriptions/sealed_stamp.h"

#include "core/guid.h"

namespace {

constexpr std::size_t id_bytes = 7;
constexpr std::size_t rest_bytes = 7;  // 44 bits of time, 12 of nonce; two bytes of zeros follow
constexpr int nonce_bits = 12;
constexpr std::uint64_t nonce_mask = (1u << nonce_bits) - 1;

}  // namespace

Stamp new_stamp(World& world, std::int64_t id, Instant issued_at) {
    return {.id = id, .issued_at = issued_at, .nonce = static_cast<std::int64_t>(world.random_bits() & nonce_mask)};
}

std::int64_t serial_of(const Stamp& stamp) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to_milliseconds(stamp.issued_at)) << nonce_bits |
                                     static_cast<std::uint64_t>(stamp.nonce));
}

std::string seal_stamp(const World& world, std::string_view purpose, const Stamp& stamp) {
    Block block{};
    put_number(block, 0, id_bytes, static_cast<std::uint64_t>(stamp.id));
    put_number(block, id_bytes, rest_bytes, static_cast<std::uint64_t>(serial_of(stamp)));
    return format_guid(encrypt_block(derive_sealing_key(world.sealing_key(), purpose), block));
}

std::optional<Stamp> open_stamp(const World& world, std::string_view purpose, std::string_view text) {
    const auto sealed = parse_guid(text);
    if (!sealed) return std::nullopt;
    const Block block = decrypt_block(derive_sealing_key(world.sealing_key(), purpose), *sealed);
    if (get_number(block, id_bytes + rest_bytes, block.size() - id_bytes - rest_bytes) != 0) return std::nullopt;
    const std::uint64_t rest = get_number(block, id_bytes, rest_bytes);
    return Stamp{
        .id = static_cast<std::int64_t>(get_number(block, 0, id_bytes)),
        .issued_at = from_milliseconds(static_cast<std::int64_t>(rest >> nonce_bits)),
        .nonce = static_cast<std::int64_t>(rest & nonce_mask),
    };
}
