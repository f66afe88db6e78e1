// The world that a sandbox begins with: small, believable, the same everywhere.

#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "db/database.h"
#include "engine/world.h"
#include "model/credential.h"

// An operator, two partners with promotions in the three test domains, one without, a reseller below a partner; and the
// fixed credentials sandbox-operator, sandbox-partner, sandbox-partner-b, sandbox-partner-nopromo. Into an empty
// database.
void seed_sandbox(db::Tx&, World&);

// The second half of it: ActivePlatform's example, and managers of each role with tokens sandbox-manager (an
// administrator of the operator), sandbox-manager-sales, -marketing, -owner, -inactive, -northwind, -lakeside, -retail.
void seed_activeplatform(db::Tx&, World&);

// The first of the fixed credentials that is of the kind: what to try requests with. Absent: there is none.
std::optional<std::string> find_sandbox_secret(CredentialKind);

// The part of it for SignalMind: a reseller of Premium accounts and their sub-accounts (key sandbox-reseller), one of
// Basic accounts alone (sandbox-reseller-basic), plans, and the Premium account of the vendor's example.
void seed_signalmind(db::Tx&, World&);

bool is_loopback(const std::string& address);
