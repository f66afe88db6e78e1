// Sessions of the console: an operator's token is exchanged once for a secret that a browser keeps as a cookie, so that
// nothing that could act lies where a script can read it. A session lasts as long as it is used, half a day at most,
// and not longer than its credential, which is looked up anew whenever a credential has changed. Called by
// dialect/pages/console.cc and by service/, for requests to the operator API that come with the cookie.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"
#include "engine/access/authenticate.h"
#include "engine/caller.h"
#include "engine/world.h"

constexpr std::chrono::milliseconds console_session_idle_max = std::chrono::minutes(30);
constexpr std::chrono::milliseconds console_session_life = std::chrono::hours(12);

struct OpenConsoleSession {
    std::string token;  // of an operator
};

struct ShownConsoleSession {
    ConsoleSession session;
    Credential credential;
    Reseller reseller;
};

struct OpenedConsoleSession {
    std::string secret;  // shown this once
    ShownConsoleSession shown;
};

// A look without writing: whether the next would be refused.
Result<void> look_at_console_token(db::Tx&, World&, const Caller&, const OpenConsoleSession&);

// The caller may be anyone: the token says who it is. Rows of sessions that are over are removed on the way.
// Refuses: unauthenticated token (required; not_valid: unknown, revoked, expired, not an operator's).
Result<OpenedConsoleSession> open_console_session(db::Tx&, World&, const Caller&, const OpenConsoleSession&);

struct NameConsoleSession {
    std::string secret;
};

// No use of it. Refuses: not_found (there is none, or it is over).
Result<ShownConsoleSession> show_console_session(db::Tx&, World&, const Caller&, const NameConsoleSession&);

struct ConsoleSessionEnded {};

// At once, on each connection. Ends nothing where there is none.
Result<ConsoleSessionEnded> end_console_session(db::Tx&, World&, const Caller&, const NameConsoleSession&);

// What a secret stands for: its credential, with the session beside it. Absent: there is no such session, or it is
// over.
std::optional<Identity> find_console_identity(db::Tx&, World&, std::string_view secret, ReachCache* = nullptr);

// Whether a session that was used last at `seen_at` still lasts. By the server's clock.
bool is_lasting(const ConsoleSession&, Instant seen_at, Instant now);

// Up to when it would last if it were used all the time.
Instant end_of(const ConsoleSession&);

// Leaves a use behind; the caller sees to it that it is not noted too often.
void note_use(db::Tx&, const ConsoleSession&, Instant at);
