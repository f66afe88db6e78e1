#include "engine/subscriptions/sealed_stamp.h"

#include "core/guid.h"

namespace {

// An id, 44 bits of time and 12 of nonce, the rest of the time: as long as that is 0, until 2527, the last two bytes
// are.
constexpr std::size_t id_bytes = 7;
constexpr std::size_t rest_bytes = 7;
constexpr std::size_t late_bytes = 2;
constexpr int nonce_bits = 12;
constexpr int rest_bits = 56;
constexpr std::uint64_t nonce_mask = (1u << nonce_bits) - 1;
constexpr std::uint64_t rest_mask = (std::uint64_t{1} << rest_bits) - 1;
constexpr std::uint64_t id_end = std::uint64_t{1} << 53;
constexpr std::uint64_t late_end = 16;

std::optional<Stamp> open_with(const SealingKey& key, std::string_view purpose, const Block& sealed) {
    const Block block = decrypt_block(derive_sealing_key(key, purpose), sealed);
    const std::uint64_t id = get_number(block, 0, id_bytes);
    const std::uint64_t late = get_number(block, id_bytes + rest_bytes, late_bytes);
    if (id >= id_end || late >= late_end) return std::nullopt;
    const std::uint64_t rest = late << rest_bits | get_number(block, id_bytes, rest_bytes);
    return Stamp{
        .id = static_cast<std::int64_t>(id),
        .issued_at = from_milliseconds(static_cast<std::int64_t>(rest >> nonce_bits)),
        .nonce = static_cast<std::int64_t>(rest & nonce_mask),
    };
}

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
    const auto serial = static_cast<std::uint64_t>(serial_of(stamp));
    put_number(block, id_bytes, rest_bytes, serial & rest_mask);
    put_number(block, id_bytes + rest_bytes, late_bytes, serial >> rest_bits);
    return format_guid(encrypt_block(derive_sealing_key(world.stamp_keys().current, purpose), block));
}

std::optional<Stamp> open_stamp(const World& world, std::string_view purpose, std::string_view text) {
    const auto sealed = parse_guid(text);
    if (!sealed) return std::nullopt;
    const StampKeys keys = world.stamp_keys();
    auto stamp = open_with(keys.current, purpose, *sealed);
    if (stamp || !keys.previous) return stamp;
    stamp = open_with(keys.previous->key, purpose, *sealed);
    if (stamp && stamp->issued_at > keys.previous->until) return std::nullopt;
    return stamp;
}

bool is_current(const Stamp& stamp, Instant now, std::chrono::milliseconds life) {
    return stamp.issued_at <= now + stamp_skew && now < stamp.issued_at + life;
}
