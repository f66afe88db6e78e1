#include "engine/access/spoken_revision.h"

#include "store/spoken_revisions.h"

std::optional<Revision> find_spoken_revision(db::Tx& tx, const Credential& credential) {
    if (credential.kind != CredentialKind::partner_token) return std::nullopt;
    return store::find_spoken_revision(tx, credential.reseller_id, credential.id);
}

void note_spoken_revision(db::Tx& tx, const Credential& credential, Revision revision) {
    store::put_spoken_revision(tx, credential.reseller_id, credential.id, revision);
}
