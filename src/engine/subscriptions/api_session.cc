#include "engine/subscriptions/api_session.h"

#include <algorithm>

#include "store/credentials.h"
#include "store/resellers.h"

namespace {

constexpr std::string_view purpose = "partnerd session token";

Error refuse(Rule rule, std::string detail) {
    return {Reason::unauthenticated, std::move(detail), {{"key", rule, ""}}};
}

}  // namespace

Result<Session> open_session(db::Tx& tx, World& world, const Caller&, const OpenSession& command) {
    if (command.key.empty()) return refuse(Rule::required, "An API key is required.");
    const auto identity = find_identity(tx, command.key);
    if (!identity) return refuse(Rule::not_valid, "The API key is not valid.");
    const auto caller = accept_identity(world, *identity, CredentialKind::api_key);
    if (!caller.ok()) return refuse(Rule::not_valid, "The API key is not valid.");
    const Stamp stamp = new_stamp(world, identity->credential.id, world.now(identity->reseller));
    return Session{seal_stamp(world, purpose, stamp)};
}

std::optional<Identity> find_session_identity(db::Tx& tx, World& world, std::string_view token, ReachCache*) {
    const auto stamp = open_stamp(world, purpose, token);
    if (!stamp) return std::nullopt;
    auto credential = store::find_credential_by_id(tx, stamp->id);
    if (!credential) return std::nullopt;
    auto reseller = store::find_reseller(tx, credential->reseller_id);
    if (!reseller) throw db::Broken("a credential without a reseller");
    if (!is_current(*stamp, world.now(*reseller), session_life)) return std::nullopt;
    const Instant ends_at = stamp->issued_at + session_life;
    credential->expires_at = std::min(credential->expires_at.value_or(ends_at), ends_at);
    Identity identity{};
    identity.credential = std::move(*credential);
    identity.reseller = std::move(*reseller);
    return identity;
}

std::optional<Stamp> open_session_token(const World& world, std::string_view token) {
    return open_stamp(world, purpose, token);
}
