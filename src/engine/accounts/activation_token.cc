#include "engine/accounts/activation_token.h"

#include "store/accounts.h"

namespace {

constexpr std::string_view prefix = "PNS-";

}  // namespace

std::string new_activation_token(World& world, const Account& account) {
    const std::uint64_t nonce = world.random_bits() >> 24;
    std::string token(prefix);
    token += seal(world.sealing_key(), {account.reseller_id, account.id, nonce});
    return token;
}

std::optional<Reference> open_activation_token(const World& world, std::string_view token) {
    if (!token.starts_with(prefix)) return std::nullopt;
    return open_seal(world.sealing_key(), token.substr(prefix.size()));
}

std::optional<Account> find_account_by_token(db::Tx& tx, const World& world, std::string_view token) {
    const auto reference = open_activation_token(world, token);
    if (!reference) return std::nullopt;
    auto account = store::find_account_by_id(tx, reference->reseller_id, reference->account_id);
    if (!account || !equal_in_constant_time(account->activation_token, token)) return std::nullopt;
    return account;
}
