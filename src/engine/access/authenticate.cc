#include "engine/access/authenticate.h"

#include "engine/catalogue/catalogue.h"
#include "store/credentials.h"
#include "store/managers.h"
#include "store/resellers.h"

std::string new_secret(World& world, std::string_view prefix) {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::string secret(prefix);
    for (int word = 0; word < 4; ++word) {
        std::uint64_t bits = world.random_bits();
        for (int i = 0; i < 8; ++i, bits >>= 5) secret += alphabet[bits & 31];
    }
    return secret;
}

Identity identify_alone(db::Tx& tx, Credential credential) {
    auto reseller = store::find_reseller(tx, credential.reseller_id);
    if (!reseller) throw db::Broken("a credential without a reseller");
    Identity identity{std::move(credential), std::move(*reseller), nullptr, std::nullopt, nullptr};
    if (identity.credential.kind != CredentialKind::manager_token) return identity;
    identity.catalogues = std::make_shared<CatalogueShelf>();
    if (const auto manager_id = identity.credential.manager_id)
        identity.manager = store::find_manager(tx, identity.reseller.id, *manager_id);
    return identity;
}

std::optional<Identity> find_identity_alone(db::Tx& tx, std::string_view secret) {
    const std::string digest = sha256_hex(secret);
    auto credential = store::find_credential(tx, digest);
    if (!credential || !equal_in_constant_time(credential->secret_sha256, digest)) return std::nullopt;
    return identify_alone(tx, std::move(*credential));
}

void add_tree(db::Tx& tx, Identity& identity, ReachCache* reach) {
    if (identity.credential.kind != CredentialKind::operator_token) return;
    const std::int64_t id = identity.reseller.id;
    identity.tree =
        reach ? reach->find(tx, id) : std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, id));
}

std::optional<Identity> find_identity(db::Tx& tx, std::string_view secret, ReachCache* reach) {
    auto identity = find_identity_alone(tx, secret);
    if (identity) add_tree(tx, *identity, reach);
    return identity;
}

namespace {

Actor actor_of(const Identity& identity) {
    switch (identity.credential.kind) {
    case CredentialKind::operator_token: return {.kind = ActorKind::operator_, .id = identity.credential.id};
    case CredentialKind::manager_token: return {.kind = ActorKind::manager, .id = identity.credential.manager_id};
    case CredentialKind::partner_token:
    case CredentialKind::api_key: break;
    }
    return {.kind = ActorKind::partner, .id = identity.reseller.id};
}

bool may_call(const Identity& identity) {
    if (identity.credential.kind != CredentialKind::manager_token) return true;
    return identity.manager && identity.manager->status == ManagerStatus::active;
}

}  // namespace

Result<Caller> accept_identity(World& world, const Identity& identity, CredentialKind kind) {
    const Credential& credential = identity.credential;
    const Instant now = world.now(identity.reseller);
    const bool usable = credential.kind == kind && (!credential.revoked_at || *credential.revoked_at > now) &&
                        (!credential.expires_at || *credential.expires_at > now);
    if (!usable || !may_call(identity)) return Error{Reason::unauthenticated, "The credential is not valid."};
    return Caller{
        .reseller = identity.reseller,
        .credential_id = credential.id,
        .kind = kind,
        .operator_role = credential.role.value_or(OperatorRole::administrator),
        .revision = credential.revision,
        .request_id = {},
        .actor = actor_of(identity),
        .tree = identity.tree,
        .home_reseller_id = identity.reseller.id,
        .role = identity.manager ? std::optional(identity.manager->role) : std::nullopt,
        .catalogues = identity.catalogues,
    };
}

Result<Caller> act_as_operator(db::Tx& tx, std::int64_t reseller_id) {
    auto reseller = store::find_reseller(tx, reseller_id);
    if (!reseller) return Error{Reason::unauthenticated, "The database has no operator yet: partnerd init makes one."};
    return Caller{.reseller = std::move(*reseller),
                  .kind = CredentialKind::operator_token,
                  .actor = {.kind = ActorKind::operator_},
                  .tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, reseller_id))};
}
