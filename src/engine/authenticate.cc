#include "engine/authenticate.h"

#include "store/credentials.h"
#include "store/resellers.h"

std::optional<Identity> find_identity(db::Tx& tx, std::string_view secret) {
    const std::string digest = sha256_hex(secret);
    auto credential = store::find_credential(tx, digest);
    if (!credential || !equal_in_constant_time(credential->secret_sha256, digest)) return std::nullopt;
    auto reseller = store::find_reseller(tx, credential->reseller_id);
    if (!reseller) throw db::Broken("a credential without a reseller");
    Identity identity{std::move(*credential), std::move(*reseller), nullptr};
    if (identity.credential.kind == CredentialKind::operator_token)
        identity.tree = std::make_shared<const ResellerTree>(store::list_reseller_tree(tx, identity.reseller.id));
    return identity;
}

Result<Caller> accept_identity(World& world, const Identity& identity, CredentialKind kind) {
    const Credential& credential = identity.credential;
    const Instant now = world.now(identity.reseller);
    const bool usable = credential.kind == kind && (!credential.revoked_at || *credential.revoked_at > now) &&
                        (!credential.expires_at || *credential.expires_at > now);
    if (!usable) return Error{Reason::unauthenticated, "The credential is not valid."};
    return Caller{
        .reseller = identity.reseller,
        .credential_id = credential.id,
        .kind = kind,
        .revision = credential.revision,
        .tree = identity.tree,
    };
}
