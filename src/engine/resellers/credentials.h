// Operators hand out credentials, exchange them and take them back. Each change is an event of the reseller; no event
// and no list holds a secret.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/page.h"
#include "engine/resellers/add_reseller.h"
#include "engine/world.h"
#include "model/credential.h"

constexpr std::size_t credential_label_length_max = 100;
constexpr std::chrono::milliseconds credential_overlap_max = std::chrono::days(90);

enum class CredentialStatus { active, expired, revoked };

// A credential with what the clock makes of it.
struct CredentialNow {
    Credential credential;
    CredentialStatus status = CredentialStatus::active;
};

struct IssueCredential {
    std::int64_t reseller_id = 0;
    CredentialKind kind = CredentialKind::partner_token;
    std::string label;
    std::optional<Revision> revision;  // the pin; of partner tokens only
    std::optional<Instant> expires_at;
    std::optional<OperatorRole> role;  // of operator tokens only; absent: administrator
};

// Refuses, in this order: not_found (the reseller); forbidden (an operator's, by one who is no administrator); invalid
// kind (unsupported: a manager's token belongs to a manager), label (too_long), revision (unsupported), role
// (unsupported), expires_at (in_past).
Result<NewCredential> issue_credential(db::Tx&, World&, const Caller&, const IssueCredential&);

struct NameCredential {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
};

// Refuses: not_found.
Result<CredentialNow> show_credential(db::Tx&, World&, const Caller&, const NameCredential&);

struct ListCredentials {
    std::int64_t reseller_id = 0;
    PageRequest<std::int64_t> page;  // places are ids; forwards only
};

// By id, oldest first, revoked and expired ones too. Refuses: not_found (the reseller).
Result<Page<CredentialNow, std::int64_t>> list_credentials(db::Tx&, World&, const Caller&, const ListCredentials&);

struct RotateCredential {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::chrono::milliseconds overlap{0};  // as long as both can be used
};

// A new secret of the same kind, label and pin; the old one expires after the overlap, if not before.
// Refuses, in this order: not_found; invalid overlap (out_of_range); conflict (revoked, expired).
Result<NewCredential> rotate_credential(db::Tx&, World&, const Caller&, const RotateCredential&);

// At once. Does nothing when it is revoked already.
// Refuses, in this order: not_found; conflict (in_use: it is the caller's own).
Result<CredentialNow> revoke_credential(db::Tx&, World&, const Caller&, const NameCredential&);

// What a use of a credential leaves behind; the caller sees to it that it is not noted too often.
void note_use(db::Tx&, World&, const Caller&);
