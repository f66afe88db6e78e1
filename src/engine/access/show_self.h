// Who asks, and what it may use: the first question of whoever is given a credential. Called by the partner API.

#pragma once

#include <optional>
#include <vector>

#include "core/result.h"
#include "db/database.h"
#include "engine/caller.h"
#include "engine/world.h"
#include "model/credential.h"
#include "model/manager.h"
#include "model/reseller.h"

struct ShowSelf {};

struct Self {
    Reseller reseller;
    std::optional<Credential> credential;  // absent: the server itself asks
    std::optional<Manager> manager;        // whose the credential is
    std::vector<Promotion> promotions;     // where it may open accounts, by domain and type
    bool sees_reasons = false;             // the setting partners_see_reasons
    Instant now;                           // by the reseller's clock
    Instant server_now;
};

// Refuses: not_found (the reseller is there no more).
Result<Self> show_self(db::Tx&, World&, const Caller&, const ShowSelf&);
