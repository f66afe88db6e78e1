// Turns a presented secret into a Caller. Called by the joiner in service/ before anything else is looked at.

#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/reach_cache.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/console_session.h"

// What a secret stands for. Secrets carry at least 128 random bits, so an unsalted SHA-256 is enough, and looking it up
// takes the same steps whatever was presented.
struct Identity {
    Credential credential;
    Reseller reseller;
    std::shared_ptr<const ResellerTree> tree;    // operators only
    std::optional<Manager> manager;              // of a manager_token
    std::shared_ptr<CatalogueShelf> catalogues;  // of a manager_token: what its requests read again and again
    std::optional<ConsoleSession> session = {};  // of a browser that presents a cookie instead of the secret
};

// A new one: 160 random bits, behind a prefix by which people and secret scanners know what they have found.
std::string new_secret(World&, std::string_view prefix);

// Without the tree, which is a walk over all resellers below: enough to know who it is, not to act for others.
Identity identify_alone(db::Tx&, Credential);
std::optional<Identity> find_identity_alone(db::Tx&, std::string_view secret);

// reach: where trees are kept; null: nowhere.
void add_tree(db::Tx&, Identity&, ReachCache* reach);
std::optional<Identity> find_identity(db::Tx&, std::string_view secret, ReachCache* reach = nullptr);

// How a dialect finds out what is presented to it, where that is not the credential itself. Asked again only after
// Database::generation() has changed: what ends with time says so by the credential's expires_at.
using FindIdentity = std::optional<Identity> (*)(db::Tx&, World&, std::string_view secret, ReachCache*);

// Whether the identity may be used now, in this kind of API.
// Refuses: unauthenticated (another kind, revoked, expired by its reseller's clock; its manager is inactive).
Result<Caller> accept_identity(World&, const Identity&, CredentialKind);

// The server itself, acting for an operator without a credential. Refuses: unauthenticated (no such reseller).
Result<Caller> act_as_operator(db::Tx&, std::int64_t reseller_id);
