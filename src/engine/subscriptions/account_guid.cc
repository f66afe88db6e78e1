#include "engine/subscriptions/account_guid.h"

#include "core/guid.h"
#include "store/subscriptions.h"

namespace {

constexpr std::string_view purpose = "partnerd account guid";

// Reseller, account, and zeros by which a block is known to be one of ours.
constexpr std::size_t reseller_bytes = 4;
constexpr std::size_t account_bytes = 7;
constexpr std::size_t zero_bytes = 5;

}  // namespace

std::string account_guid(const World& world, std::int64_t reseller_id, std::int64_t account_id) {
    Block block{};
    put_number(block, 0, reseller_bytes, static_cast<std::uint64_t>(reseller_id));
    put_number(block, reseller_bytes, account_bytes, static_cast<std::uint64_t>(account_id));
    return format_guid(encrypt_block(derive_sealing_key(world.sealing_key(), purpose), block));
}

std::optional<std::int64_t> find_account_id(db::Tx& tx, const World& world, const Caller& caller,
                                            const std::string& guid) {
    const auto sealed = parse_guid(guid);
    if (!sealed) return std::nullopt;
    const Block block = decrypt_block(derive_sealing_key(world.sealing_key(), purpose), *sealed);
    const bool is_ours = get_number(block, reseller_bytes + account_bytes, zero_bytes) == 0 &&
                         get_number(block, 0, reseller_bytes) == static_cast<std::uint64_t>(caller.reseller.id);
    if (is_ours) return static_cast<std::int64_t>(get_number(block, reseller_bytes, account_bytes));
    return store::find_account_id_by_guid(tx, caller.reseller.id, format_guid(*sealed));
}
