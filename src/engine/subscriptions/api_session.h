// Sessions: an API key is exchanged for a token that is good for 240 minutes by its reseller's clock. The token is a
// sealed stamp (see stamp.h): no row, nothing to purge, valid on every server and after each restart. The key is looked
// up at each use, so a revoked key ends its sessions at once.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/authenticate.h"
#include "engine/caller.h"
#include "engine/subscriptions/sealed_stamp.h"
#include "engine/world.h"

constexpr auto session_life = std::chrono::minutes(240);

struct OpenSession {
    std::string key;
};

struct Session {
    std::string token;
};

// The caller may be anyone: the key says who it is.
// Refuses: unauthenticated key (required, not_valid: unknown, revoked, expired, no API key).
Result<Session> open_session(db::Tx&, World&, const Caller&, const OpenSession&);

// What a token stands for: the key's identity, which expires with the session if not before. A key reaches nobody else.
std::optional<Identity> find_session_identity(db::Tx&, World&, std::string_view token, ReachCache* = nullptr);

// When it was issued; absent: it is no token.
std::optional<Stamp> open_session_token(const World&, std::string_view token);
