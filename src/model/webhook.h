// Webhooks: where a reseller's events are sent, and what has become of them. Values without rules; see
// engine/webhooks/.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"

// Stored as numbers: never renumber.
enum class WebhookPayload { full = 1, thin = 2 };
enum class WebhookState { enabled = 1, disabled = 2 };
enum class WebhookOutcome { delivered = 1, failed = 2, given_up = 3 };

// How payloads are written now: see service/webhook_payload.h. An endpoint keeps the version that it was made with.
constexpr int webhook_payload_version = 1;

// How far an endpoint has come. Written by the sender alone. Times are by the reseller's clock.
struct WebhookProgress {
    std::int64_t through_id = 0;           // all events up to here have arrived, are of no interest, or wait in a lane
    std::optional<Instant> failing_since;  // nothing has arrived since then
    int failures = 0;                      // of the endpoint as a whole, one after the other
    std::optional<Instant> next_at;        // while there are some: when it is tried again

    bool operator==(const WebhookProgress&) const = default;
};

// Events that are sent to an endpoint once more, as they were, whatever has become of them. One at a time.
struct WebhookReplay {
    std::int64_t id = 0;             // grows with time
    std::int64_t after_id = 0;       // all that is meant of what is up to here has been sent again, or waits in a lane
    std::int64_t through_id = 0;     // the last that may be meant
    std::vector<std::string> types;  // as an endpoint's; empty: all that the endpoint wants
    std::int64_t account_id = 0;     // of this account only; 0: of all

    bool operator==(const WebhookReplay&) const = default;
};

struct WebhookEndpoint {
    std::int64_t reseller_id = 0;
    std::int64_t id = 0;
    std::string url;
    std::vector<std::string> types;  // "account.held", "account.*"; empty: all
    WebhookPayload payload = WebhookPayload::full;
    int payload_version = webhook_payload_version;
    bool shows_reasons = false;  // as the setting partners_see_reasons was when the endpoint was made
    std::string secret;          // whsec_ and base64
    std::optional<std::string> old_secret;
    std::optional<Instant> old_until;  // until then deliveries are signed with the old one too
    WebhookState state = WebhookState::enabled;
    std::string state_reason;  // why it is disabled
    WebhookProgress progress;
    std::optional<WebhookReplay> replay;  // under way
    Instant created_at;
    Instant updated_at;
    std::int64_t version = 1;

    bool operator==(const WebhookEndpoint&) const = default;
};

// An account in trouble at one endpoint.
struct WebhookLane {
    std::int64_t account_id = 0;
    std::int64_t event_id = 0;  // the first that has not arrived
    int attempts = 0;           // of that one, in vain
    Instant next_at;

    bool operator==(const WebhookLane&) const = default;
};

struct WebhookAttempt {
    std::int64_t id = 0;  // grows with time
    std::int64_t event_id = 0;
    std::int64_t account_id = 0;
    int number = 1;
    Instant at;           // by the reseller's clock
    Instant recorded_at;  // by the server's
    WebhookOutcome outcome = WebhookOutcome::failed;
    int status = 0;  // of the answer; 0: there was none
    std::string error;
    std::string answer;  // its first bytes
    std::int64_t duration_ms = 0;
};
