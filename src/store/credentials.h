// Rows <-> Credential. What is written here is kept in callers' memory: each write invalidates it.

#pragma once

#include <optional>
#include <string_view>

#include "db/database.h"
#include "model/credential.h"

namespace store {

std::optional<Credential> find_credential(db::Tx&, std::string_view secret_sha256);
void insert_credential(db::Tx&, const Credential&);  // throws db::Duplicate when the secret is known
void update_credential(db::Tx&, const Credential&);  // revision, expiry, revocation

}  // namespace store
