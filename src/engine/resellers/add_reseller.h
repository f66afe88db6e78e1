// Sets up those who call: resellers, their promotions and credentials. Called by the operator's tools and by seeding.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"
#include "engine/world.h"
#include "model/credential.h"
#include "model/reseller.h"

constexpr std::int64_t operator_reseller_id = 1;

// Whether somebody can do anything in this database.
bool has_operator(db::Tx&);

constexpr std::size_t reseller_name_length_max = 200;  // bytes

// What a reseller may be called, and its id. Refuse: invalid name (required, too_long, bad_characters); id
// (out_of_range: not within 1 .. 2^32 - 1).
Result<void> check_reseller_name(const std::string&);
Result<void> check_reseller_id(std::int64_t id);

// Refuses: as check_reseller_name and check_reseller_id; invalid parent (unknown); conflict (id taken; that of a
// removed one is).
Result<Reseller> add_reseller(db::Tx&, World&, Reseller);

// Refuses: invalid domain (required), reseller (unknown); conflict (there is one for the domain and type).
Result<Promotion> add_promotion(db::Tx&, World&, const Promotion&);

struct AddCredential {
    std::int64_t reseller_id = 0;
    CredentialKind kind = CredentialKind::partner_token;
    std::optional<std::int64_t> manager_id = {};  // of a manager_token: whose it is; without one it is of no use
    std::optional<std::string> secret;            // absent: a new one, 160 random bits
    std::optional<Revision> revision;
    std::optional<Instant> expires_at;
    std::string label = {};
    std::optional<OperatorRole> role = {};  // of an operator_token; absent: administrator
    std::optional<std::int64_t> id = {};    // absent: a new one
};

struct NewCredential {
    Credential credential;
    std::string secret;  // shown once, kept by nobody
};

// Refuses: invalid reseller (unknown), manager (unknown: not one of the reseller's); conflict (the secret is known).
Result<NewCredential> add_credential(db::Tx&, World&, const AddCredential&);

struct EstablishOperator {
    std::string name;
    std::string label;  // of the credential
};

// The first reseller of a new database, above all others, and the credential with which everything else is set up.
// Refuses: conflict (there is one); as add_reseller and add_credential do.
Result<NewCredential> establish_operator(db::Tx&, World&, const EstablishOperator&);
