// Rows <-> Credential. What is written here is kept in callers' memory: each write invalidates it.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "model/credential.h"

namespace store {

std::optional<Credential> find_credential(db::Tx&, std::string_view secret_sha256);
std::optional<Credential> find_credential_by_id(db::Tx&, std::int64_t reseller_id, std::int64_t id);
// Of whatever reseller: for those to whom the id itself was proved.
std::optional<Credential> find_credential_by_id(db::Tx&, std::int64_t id);
std::vector<Credential> list_credentials(db::Tx&, std::int64_t reseller_id, std::int64_t after_id, int limit);  // by id
void insert_credential(db::Tx&, const Credential&);  // throws db::Duplicate when the secret is known
void update_credential(db::Tx&, const Credential&);  // label, revision, expiry, revocation

// Nobody keeps this in memory: it does not invalidate. Never goes back.
void note_use_of_credential(db::Tx&, std::int64_t id, Instant at);

// All of a manager's that are not revoked yet.
void revoke_manager_credentials(db::Tx&, std::int64_t reseller_id, std::int64_t manager_id, Instant at);

}  // namespace store
